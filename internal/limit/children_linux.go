//go:build amd64 || arm64

package limit

import (
	"bytes"
	"os"
	"strconv"
	"syscall"
)

// EndChildren ends the processes that the program has started, and all that those
// have: the go command passes no signal on to a compiler that hangs.
func EndChildren() {
	children := make(map[int][]int)
	entries, _ := os.ReadDir("/proc") // an error leaves them alone
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		if parent, ok := parentOf(pid); ok {
			children[parent] = append(children[parent], pid)
		}
	}
	// All are known before the first ends: the system gives those that it leaves
	// to another parent.
	for all := children[os.Getpid()]; len(all) > 0; all = all[1:] {
		all = append(all, children[all[0]]...)
		_ = syscall.Kill(all[0], syscall.SIGKILL) // it may have ended meanwhile
	}
}

// adopt has processes whose parent ended become children of the program, so that
// [EndChildren] finds them.
func adopt(on bool) {
	const setChildSubreaper = 36
	value := uintptr(0)
	if on {
		value = 1
	}
	_, _, _ = syscall.RawSyscall(syscall.SYS_PRCTL, setChildSubreaper, value, 0) // without it, most are found all the same
}

// parentOf is the process that started one; false where it has ended.
func parentOf(pid int) (int, bool) {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0, false
	}
	// Behind the name, which may hold anything, come the state and the parent.
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if len(fields) < 2 {
		return 0, false
	}
	parent, err := strconv.Atoi(string(fields[1]))
	return parent, err == nil
}

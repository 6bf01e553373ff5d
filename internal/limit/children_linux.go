//go:build amd64 || arm64

package limit

import (
	"bytes"
	"os"
	"strconv"
	"syscall"
)

// EndChildren kills the processes that the program has started and all of their
// descendants, because the go command does not pass signals on to its compilers.
func EndChildren() {
	children := make(map[int][]int)
	entries, _ := os.ReadDir("/proc") // on error, none is killed
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		if parent, ok := parentOf(pid); ok {
			children[parent] = append(children[parent], pid)
		}
	}
	// The list is complete before the first one is killed, because the kernel moves the
	// children of a process that ends to another parent.
	for all := children[os.Getpid()]; len(all) > 0; all = all[1:] {
		all = append(all, children[all[0]]...)
		_ = syscall.Kill(all[0], syscall.SIGKILL) // may have ended by itself
	}
}

// adopt makes orphaned descendants children of this process, so that [EndChildren] finds
// them.
func adopt(on bool) {
	const setChildSubreaper = 36
	value := uintptr(0)
	if on {
		value = 1
	}
	_, _, _ = syscall.RawSyscall(syscall.SYS_PRCTL, setChildSubreaper, value, 0) // on error, EndChildren still finds most of them
}

// parentOf returns the parent of a process, and false if the process has ended.
func parentOf(pid int) (int, bool) {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0, false
	}
	// The name in parentheses may contain anything; state and parent follow it.
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if len(fields) < 2 {
		return 0, false
	}
	parent, err := strconv.Atoi(string(fields[1]))
	return parent, err == nil
}

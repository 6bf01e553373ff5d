//go:build amd64 || arm64

package limit

import (
	"math"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"unsafe"
)

// Go ends a program that asks the system for too much memory at once, or that
// nests too deeply, with a trace that nobody can recover from: CUE's
// strings.Replace alone asks for a terabyte if it is told to. What follows makes
// the system say no beyond the limit, before the memory is there, and puts one
// sentence in the place of the trace. The status is 2 already.

// overrideWrite is called for everything that Go's runtime itself writes. The
// runtime keeps it for programs that need it (go.dev/issue/67401).
//
//go:linkname overrideWrite runtime.overrideWrite
var overrideWrite func(fd uintptr, p unsafe.Pointer, n int32) int32

// resourceData is RLIMIT_DATA: what a process may write to, which leaves out the
// addresses that Go only reserves. The kernel lets a single step beyond it pass,
// so addresses are bounded as well.
const resourceData = 2

var bounded struct {
	sync.Mutex
	depth  int
	before map[int]syscall.Rlimit // by resource
}

// Process bounds the memory of the whole program by the limits, and has it end
// with one sentence where Go itself ends it. The function that it returns lifts
// the bound, for work that has ended. Where calls overlap, the first one counts.
func Process(limits Limits) (lift func()) {
	bounded.Lock()
	defer bounded.Unlock()
	bounded.depth++
	if bounded.depth > 1 {
		return unbound
	}
	if !traced() && os.Getenv("GODEBUG") == "" { // that prints as well
		overrideWrite = sayInstead
	}
	adopt(true)
	bounded.before = make(map[int]syscall.Rlimit)
	if limits.Memory > 0 && limits.Memory < math.MaxInt64/2 {
		most := wall(limits.Memory)
		bound(resourceData, most)
		if reserved, ok := addresses(); ok {
			bound(syscall.RLIMIT_AS, reserved+most+program)
		}
	}
	return unbound
}

// bound lowers a limit of the process. An error leaves the watch of Within.
func bound(resource int, most uint64) {
	var before syscall.Rlimit
	if syscall.Getrlimit(resource, &before) != nil {
		return
	}
	bounded.before[resource] = before
	_ = syscall.Setrlimit(resource, &syscall.Rlimit{Cur: min(most, before.Cur), Max: before.Max})
}

// program is what a program takes by itself, with some to spare.
const program = 256 << 20

// wall is what a program may take that keeps to a limit: the objects that the
// limit counts, what lies idle between them, and the program itself.
func wall(limit Bytes) uint64 { return uint64(limit) + uint64(limit)/4 + program }

// addresses is how much of its address space the process has reserved.
func addresses() (uint64, bool) {
	data, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, false
	}
	pages, _, _ := strings.Cut(string(data), " ")
	n, err := strconv.ParseUint(pages, 10, 64)
	return n * uint64(os.Getpagesize()), err == nil
}

func unbound() {
	bounded.Lock()
	defer bounded.Unlock()
	if bounded.depth--; bounded.depth > 0 {
		return
	}
	for resource, before := range bounded.before {
		_ = syscall.Setrlimit(resource, &before)
	}
	overrideWrite = nil
	adopt(false)
}

// The sentences, ready to be written by a program that can allocate nothing.
var (
	memorySentence atomic.Pointer[[]byte]
	depthSentence  = []byte("portspec: " + string(tooDeep) + "\n")
	endSentence    = []byte("portspec: " + faultSentence + "; " + toReport + "\n")
)

// sayMemory sets what is said when the system gives no more memory.
func sayMemory(why Exceeded) {
	s := []byte("portspec: " + string(why) + "\n")
	memorySentence.Store(&s)
}

// said is whether the sentence was written.
var said atomic.Bool

// sayInstead writes one sentence in the place of all that Go says of its end. It
// runs where there is no stack to grow and nothing to allocate.
//
//go:nosplit
//go:norace
func sayInstead(fd uintptr, p unsafe.Pointer, n int32) int32 {
	text := unsafe.Slice((*byte)(p), n)
	if fd != 2 {
		return write(fd, text)
	}
	var sentence []byte
	switch {
	case begins(text, "fatal error: "):
		return n // the next piece says which
	case has(text, "goroutine stack exceeds"), has(text, "stack overflow"):
		sentence = depthSentence
	case has(text, "out of memory"), has(text, "cannot allocate memory"), exhausted():
		if s := memorySentence.Load(); s != nil {
			sentence = *s
		}
	default:
		sentence = endSentence
	}
	if len(sentence) > 0 && said.CompareAndSwap(false, true) {
		write(fd, sentence)
	}
	return n
}

// exhausted reports whether the system gives no more memory, which ends a program
// in many ways: Go's collector follows a pointer to nothing then.
//
//go:nosplit
//go:norace
func exhausted() bool {
	const size = 64 << 10
	at, _, err := syscall.RawSyscall6(syscall.SYS_MMAP, 0, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE, ^uintptr(0), 0)
	if err != 0 {
		return true
	}
	syscall.RawSyscall(syscall.SYS_MUNMAP, at, size, 0)
	return false
}

//go:nosplit
//go:norace
func write(fd uintptr, text []byte) int32 {
	n, _, _ := syscall.RawSyscall(syscall.SYS_WRITE, fd, uintptr(unsafe.Pointer(unsafe.SliceData(text))), uintptr(len(text)))
	return int32(n)
}

//go:nosplit
//go:norace
func begins(text []byte, word string) bool {
	if len(text) < len(word) {
		return false
	}
	for i := range len(word) {
		if text[i] != word[i] {
			return false
		}
	}
	return true
}

//go:nosplit
//go:norace
func has(text []byte, word string) bool {
	for i := 0; i+len(word) <= len(text); i++ {
		j := 0
		for j < len(word) && text[i+j] == word[j] {
			j++
		}
		if j == len(word) {
			return true
		}
	}
	return false
}

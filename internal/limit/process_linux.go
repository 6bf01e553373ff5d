//go:build amd64 || arm64

package limit

import (
	"io"
	"math"
	"os"
	"runtime/metrics"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"unsafe"
)

// If a program asks for too much memory at once, or recurses too deeply, Go ends it with
// a fatal error that cannot be recovered; one call of CUE's strings.Replace can ask for a
// terabyte. This file makes the kernel refuse memory beyond the limit, and replaces the
// runtime's stack trace by one sentence. Go already exits with status 2.

// overrideWrite is called for everything that the Go runtime itself writes. The runtime
// keeps this variable for programs that link to it (go.dev/issue/67401).
//
//go:linkname overrideWrite runtime.overrideWrite
var overrideWrite func(fd uintptr, p unsafe.Pointer, n int32) int32

// resourceData is RLIMIT_DATA, the limit of writable memory, which does not count
// addresses that Go has only reserved. The kernel allows a single allocation to exceed
// it, so the address space is limited as well.
const resourceData = 2

var bounded struct {
	sync.Mutex
	depth  int
	before map[int]syscall.Rlimit // limits to restore, by resource
}

// Process makes the kernel enforce the memory limit for the whole process, and prints one
// sentence if the Go runtime ends the program. Call lift when the work has ended. If
// calls overlap, the limits of the first one apply.
func Process(limits Limits) (lift func()) {
	bounded.Lock()
	defer bounded.Unlock()
	bounded.depth++
	if bounded.depth > 1 {
		return unbound
	}
	if !traced() && os.Getenv("GODEBUG") == "" { // GODEBUG may print with it, too
		overrideWrite = writeSentence
	}
	ended.Store(false)
	adopt(true)
	bounded.before = make(map[int]syscall.Rlimit)
	if limits.Memory > 0 && limits.Memory < math.MaxInt64/2 {
		most := kernelLimit(limits.Memory)
		bound(resourceData, mapped()+most)
		if reserved, ok := addresses(); ok {
			bound(syscall.RLIMIT_AS, reserved+most+program)
		}
	}
	return unbound
}

// bound lowers a limit of the process. On error, only Within enforces the limit.
func bound(resource int, most uint64) {
	var before syscall.Rlimit
	if syscall.Getrlimit(resource, &before) != nil {
		return
	}
	bounded.before[resource] = before
	_ = syscall.Setrlimit(resource, &syscall.Rlimit{Cur: min(most, before.Cur), Max: before.Max})
}

// program is the memory that the program itself takes, with some reserve.
const program = 256 << 20

// kernelLimit returns the limit for the kernel, which counts more than limit does: unused space
// between objects, and the program itself.
func kernelLimit(limit Bytes) uint64 { return uint64(limit) + uint64(limit)/4 + program }

// mapped returns the memory that Go has mapped already, which does not count towards the limit.
func mapped() uint64 {
	all := []metrics.Sample{{Name: "/memory/classes/total:bytes"}}
	metrics.Read(all)
	return all[0].Value.Uint64()
}

// addresses returns the size of the reserved address space.
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

// The sentences are prepared, because the program may be unable to allocate memory when
// it has to write one.
var (
	memorySentence atomic.Pointer[[]byte]
	depthSentence  = []byte("portspec: " + string(tooDeep) + "\n")
	endSentence    = []byte("portspec: " + faultSentence + "; " + toReport + "\n")
)

// setMemorySentence sets the sentence for running out of memory.
func setMemorySentence(why Exceeded) {
	s := []byte("portspec: " + string(why) + "\n")
	memorySentence.Store(&s)
}

// ended reports whether the one sentence about the end of the program is written, or about to
// be. The watch may notice that there is too little memory while the runtime runs out of it.
var ended atomic.Bool

// Tell writes the sentence about a limit, unless the runtime has written one. The caller
// formats the text, since there may be no memory left for it here.
func Tell(out io.Writer, text []byte) {
	if ended.CompareAndSwap(false, true) {
		_, _ = out.Write(text)
	}
}

// writeSentence replaces the runtime's output about a fatal error by one sentence. It must
// not grow the stack or allocate memory.
//
//go:nosplit
//go:norace
func writeSentence(fd uintptr, p unsafe.Pointer, n int32) int32 {
	text := unsafe.Slice((*byte)(p), n)
	if fd != 2 {
		return write(fd, text)
	}
	var sentence []byte
	switch {
	case begins(text, "fatal error: "):
		return n // the next write has the reason
	case has(text, "goroutine stack exceeds"), has(text, "stack overflow"):
		sentence = depthSentence
	case has(text, "out of memory"), has(text, "cannot allocate memory"), exhausted():
		if s := memorySentence.Load(); s != nil {
			sentence = *s
		}
	default:
		sentence = endSentence
	}
	if len(sentence) > 0 && ended.CompareAndSwap(false, true) {
		write(fd, sentence)
	}
	return n
}

// exhausted reports whether the kernel refuses to map memory. Running out of memory shows
// in many ways, such as a nil pointer in the garbage collector.
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

package cli

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// watching are the commands of scripts for programs that go on until they are
// interrupted. Each script has its own, by name.
func watching() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){
		"start":     startProgram,
		"await":     await,
		"interrupt": interrupt,
	}
}

// started is a program in the background.
type started struct {
	cmd   *exec.Cmd
	ended chan error
}

// startProgram starts a program, which writes to NAME.out and NAME.err:
//
//	start NAME PROGRAM [ARG...]
func startProgram(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: start NAME PROGRAM [ARG...]")
	}
	program := ""
	for _, dir := range filepath.SplitList(ts.Getenv("PATH")) {
		if path, err := exec.LookPath(filepath.Join(dir, args[1])); err == nil && program == "" {
			program = path
		}
	}
	cmd := exec.Command(program, args[2:]...)
	cmd.Dir = ts.MkAbs(".")
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "WORK", "NO_COLOR", "CLICOLOR_FORCE"} {
		cmd.Env = append(cmd.Env, name+"="+ts.Getenv(name))
	}
	create := func(ext string) *os.File {
		f, err := os.Create(filepath.Join(ts.Getenv("WORK"), args[0]+ext))
		ts.Check(err)
		ts.Defer(func() { _ = f.Close() })
		return f
	}
	cmd.Stdout, cmd.Stderr = create(".out"), create(".err")
	ts.Check(cmd.Start())
	p := &started{cmd, make(chan error, 1)}
	go func() { p.ended <- cmd.Wait() }()
	ts.Defer(func() { _ = cmd.Process.Kill() })
	all := ts.Value(startedKey{}).(map[string]*started)
	all[args[0]] = p
}

// startedKey is what scripts keep their programs under.
type startedKey struct{}

// await waits until a file holds a pattern, or holds it that many times:
//
//	await FILE PATTERN [TIMES]
func await(ts *testscript.TestScript, neg bool, args []string) {
	times := 1
	if len(args) == 3 {
		n, err := strconv.Atoi(args[2])
		ts.Check(err)
		times, args = n, args[:2]
	}
	if neg || len(args) != 2 {
		ts.Fatalf("usage: await FILE PATTERN [TIMES]")
	}
	pattern := regexp.MustCompile("(?m)" + args[1])
	for late := time.After(time.Minute); ; {
		data, err := os.ReadFile(ts.MkAbs(args[0]))
		ts.Check(err)
		if len(pattern.FindAll(data, -1)) >= times {
			return
		}
		select {
		case <-late:
			ts.Fatalf("%s does not come %d times in %s:\n%s", pattern, times, args[0], data)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// interrupt presses Ctrl-C for a program and compares its exit status; or waits
// for the end of one that ends by itself:
//
//	interrupt NAME STATUS
//	! interrupt NAME STATUS
func interrupt(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: interrupt NAME STATUS")
	}
	p := ts.Value(startedKey{}).(map[string]*started)[args[0]]
	if !neg {
		ts.Check(p.cmd.Process.Signal(os.Interrupt))
	}
	select {
	case <-p.ended:
		if got := fmt.Sprint(p.cmd.ProcessState.ExitCode()); got != args[1] {
			ts.Fatalf("%s: status %s, want %s", args[0], got, args[1])
		}
	case <-time.After(time.Minute):
		ts.Fatalf("%s goes on", args[0])
	}
}

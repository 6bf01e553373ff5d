package cli

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// watching returns commands for scripts about programs that run until they are interrupted. Each
// script has its own programs, by name.
func watching() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){
		"start":     startProgram,
		"await":     await,
		"interrupt": interrupt,
		"fetch":     fetch,
	}
}

// started is a program in the background.
type started struct {
	cmd   *exec.Cmd
	ended chan error
}

// startProgram implements a command that starts a program, which writes to NAME.out and
// NAME.err:
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
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "WORK", "NO_COLOR", "CLICOLOR_FORCE", "PORTSPEC_CACHE"} {
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

// startedKey is the key of the programs in a script's values.
type startedKey struct{}

// await implements a command that waits until a file contains a pattern, or contains it a number
// of times:
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
			ts.Fatalf("%s does not occur %d times in %s:\n%s", pattern, times, args[0], data)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// interrupt implements a command that interrupts a program as Ctrl-C does, and compares its exit
// status; or waits for the end of a program that ends by itself:
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
		ts.Fatalf("%s is still running", args[0])
	}
}

// fetch implements a command that requests a page from a running server, and writes status and
// contents to a file:
//
//	fetch NAME PATH FILE [HOST]
func fetch(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: fetch NAME PATH FILE [HOST]")
	}
	printed, err := os.ReadFile(filepath.Join(ts.Getenv("WORK"), args[0]+".err"))
	ts.Check(err)
	address := regexp.MustCompile(`serving (http://[^/]+)/`).FindSubmatch(printed)
	if address == nil {
		ts.Fatalf("%s does not answer:\n%s", args[0], printed)
	}
	request, err := http.NewRequest(http.MethodGet, string(address[1])+args[1], nil)
	ts.Check(err)
	if len(args) == 4 {
		request.Host = args[3]
	}
	client := &http.Client{Timeout: 10 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(request)
	ts.Check(err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), fmt.Appendf(nil, "%s\n%s", answer.Status, body), 0o666))
}

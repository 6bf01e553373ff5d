package cli

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/portspec/portspec/internal/readers"
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

// BenchmarkWatch measures from the write of a spec to the finding that is read,
// on the three products: the median of all saves is reported. Every other save
// takes the fault out again.
func BenchmarkWatch(b *testing.B) {
	program := filepath.Join(b.TempDir(), "portspec")
	readers.Run(b, "../..", "go", "build", "-o", program, ".")
	root := b.TempDir()
	for _, dir := range []string{"cue.mod", "schema", "specs"} {
		if err := os.CopyFS(filepath.Join(root, dir), os.DirFS(filepath.Join("../..", dir))); err != nil {
			b.Fatal(err)
		}
	}
	cmd := exec.Command(program, "vet", "--watch")
	cmd.Dir = root
	stderr, err := cmd.StderrPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	defer func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	}()
	lines := bufio.NewScanner(stderr)
	until := func(text string) {
		for lines.Scan() {
			if strings.Contains(lines.Text(), text) {
				return
			}
		}
		b.Fatalf("the watch ended before it said %q", text)
	}
	until("waiting for changes")

	name := filepath.Join(root, "specs/products/igelums/components.cue")
	good, err := os.ReadFile(name)
	if err != nil {
		b.Fatal(err)
	}
	bad := bytes.Replace(good, []byte("port: 8443"), []byte("port: 84430"), 1)
	var took []time.Duration
	b.ResetTimer()
	for b.Loop() {
		for _, save := range []struct {
			data []byte
			want string
		}{{bad, "1 error"}, {good, "0 findings"}} {
			start := time.Now()
			if err := os.WriteFile(name, save.data, 0o666); err != nil {
				b.Fatal(err)
			}
			until(save.want)
			took = append(took, time.Since(start))
			until("waiting for changes")
		}
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Milliseconds()), "ms/save")
}

package cli

import (
	"flag"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/portspec/portspec/internal/readers"
)

var update = flag.Bool("update", false, "write what commands print into the scripts that compare it")

// scratch is a folder for all tests, which is removed when they end.
var scratch string

// TestMain gives the tests a cache of their own, which they share, so that specs that several of
// them read are judged once.
func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "portspec-test-")
	if err != nil {
		panic(err)
	}
	scratch = dir
	if os.Getenv("PORTSPEC_CACHE") == "" {
		os.Setenv("PORTSPEC_CACHE", filepath.Join(dir, "cache"))
	}
	status := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(status)
}

// TestScripts runs the scripts in testdata/script, which test the behaviour of the command line.
func TestScripts(t *testing.T) {
	commands := map[string]func(*testscript.TestScript, bool, []string){
		"status":    exitStatus,
		"workspace": makeWorkspace,
		"edit":      edit,
	}
	maps.Copy(commands, watching())
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		Cmds:                commands,
		Setup: func(env *testscript.Env) error {
			env.Setenv("NO_COLOR", "")
			env.Setenv("PORTSPEC_CACHE", os.Getenv("PORTSPEC_CACHE"))
			env.Setenv("GOCACHE", goCache()) // scripts have no home folder
			env.Values[startedKey{}] = make(map[string]*started)
			// Scripts compare portspec with plain cue.
			path := []string{filepath.Dir(built(t)), readers.Tools(), env.Getenv("PATH")}
			env.Setenv("PATH", strings.Join(path, string(os.PathListSeparator)))
			return sayMissing(env, "cue", "git")
		},
	})
}

// sayMissing replaces missing programs by ones that tell how to install them.
func sayMissing(env *testscript.Env, programs ...string) error {
	dir := filepath.Join(env.WorkDir, ".tmp", "missing")
	for _, program := range programs {
		there := false
		for _, in := range filepath.SplitList(env.Getenv("PATH")) {
			_, err := exec.LookPath(filepath.Join(in, program))
			there = there || err == nil
		}
		if there {
			continue
		}
		if err := os.MkdirAll(dir, 0o777); err != nil {
			return err
		}
		text := "#!/bin/sh\necho '" + readers.Missing(program) + "' >&2\nexit 127\n"
		if err := os.WriteFile(filepath.Join(dir, program), []byte(text), 0o777); err != nil {
			return err
		}
		env.Setenv("PATH", dir+string(os.PathListSeparator)+env.Getenv("PATH"))
	}
	return nil
}

// goCache returns the go command's build cache.
var goCache = sync.OnceValue(func() string {
	out, err := exec.Command("go", "env", "GOCACHE").Output()
	if err != nil {
		panic(err) // the go command runs the tests
	}
	return strings.TrimSpace(string(out))
})

// exitStatus implements a command that runs a program and compares its exit status:
//
//	status 2 portspec vet nowhere
func exitStatus(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N PROGRAM [ARG...]")
	}
	got := "0"
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		got = strings.TrimPrefix(err.Error(), "exit status ")
	}
	if got != args[0] {
		ts.Fatalf("%v: status %s, want %s", args[1:], got, args[0])
	}
}

// makeWorkspace implements a command that creates a workspace, which imports the schema as a
// user's workspace does:
//
//	workspace DIR
func makeWorkspace(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: workspace DIR")
	}
	dir := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(filepath.Join(dir, "cue.mod"), 0o777))
	ts.Check(os.WriteFile(filepath.Join(dir, "cue.mod", "module.cue"), []byte(`module: "example.com/specs@v0"
language: version: "v0.17.0"
deps: "github.com/portspec/portspec@v0": v: "v0.1.0"
`), 0o666))
}

// edit implements a command that replaces the only occurrence of a text in a file by another
// text, or by several copies of it:
//
//	edit FILE OLD NEW [TIMES]
func edit(ts *testscript.TestScript, neg bool, args []string) {
	times := 1
	if len(args) == 4 {
		n, err := strconv.Atoi(args[3])
		ts.Check(err)
		times, args = n, args[:3]
	}
	if neg || len(args) != 3 {
		ts.Fatalf("usage: edit FILE OLD NEW [TIMES]")
	}
	text := ts.ReadFile(args[0])
	if n := strings.Count(text, args[1]); n != 1 {
		ts.Fatalf("%q occurs %d times in %s", args[1], n, args[0])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Replace(text, args[1], strings.Repeat(args[2], times), 1)), 0o666))
}

// Package readers runs, in tests, the programs that read what portspec
// generates. install.sh beside it installs them; a program that is missing
// fails the test, because an output that nothing has read is not tested.
package readers

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
)

// Dir is the folder of this package, with node_modules in it.
func Dir() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Dir(file)
}

// Run runs a program in dir with its arguments and returns what it printed on
// standard output and standard error together. A program that is missing or
// fails fails the test.
func Run(t testing.TB, dir, program string, args ...string) string {
	t.Helper()
	out, err := Try(t, dir, program, args...)
	if err != nil {
		t.Fatalf("%s %q in %s: %v\n%s", program, args, dir, err, out)
	}
	return out
}

// Try is [Run] for a program that may fail.
func Try(t testing.TB, dir, program string, args ...string) (string, error) {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		t.Fatalf("%s is not installed; run make test, or internal/readers/install.sh", program)
	}
	cmd := exec.Command(path, args...)
	cmd.Dir = dir
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err = cmd.Run()
	return out.String(), err
}

// Node runs a program of node_modules/.bin, or a script of this folder whose
// name ends in .mjs, as [Run] does.
func Node(t testing.TB, dir, program string, args ...string) string {
	t.Helper()
	return Run(t, dir, "node", append([]string{nodePath(t, program)}, args...)...)
}

// TryNode is [Node] for a program that may fail.
func TryNode(t testing.TB, dir, program string, args ...string) (string, error) {
	t.Helper()
	return Try(t, dir, "node", append([]string{nodePath(t, program)}, args...)...)
}

func nodePath(t testing.TB, program string) string {
	t.Helper()
	path := filepath.Join(Dir(), program)
	if filepath.Ext(program) != ".mjs" {
		path = filepath.Join(Dir(), "node_modules", ".bin", program)
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("%v; run make test, or internal/readers/install.sh", err)
	}
	return path
}

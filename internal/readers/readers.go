// Package readers runs, in tests, the programs that read what portspec
// generates. make readers installs them; a program that is missing fails the
// test in one line, because an output that nothing has read is not tested.
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

// Missing says that a program is not there, and what installs it.
func Missing(program string) string {
	return "make readers has not been run: there is no " + program
}

// Path is where a program is, by its name or the path of its file.
func Path(t testing.TB, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	for _, dir := range []string{"/usr/sbin", "/sbin"} { // which only root may have in its PATH
		if err != nil && filepath.Base(program) == program {
			path, err = exec.LookPath(filepath.Join(dir, program))
		}
	}
	if err != nil {
		t.Fatal(Missing(filepath.Base(program)))
	}
	return path
}

// Tools is the folder of the developers' tools, such as cue.
func Tools() string { return filepath.Join(Dir(), "..", "..", "bin", "tools") }

// Tool is where one of the developers' tools is.
func Tool(t testing.TB, name string) string {
	t.Helper()
	return Path(t, filepath.Join(Tools(), name))
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
	cmd := exec.Command(Path(t, program), args...)
	cmd.Dir = dir
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	return out.String(), err
}

// Node runs what is at a [NodePath], as [Run] does.
func Node(t testing.TB, dir, program string, args ...string) string {
	t.Helper()
	return Run(t, dir, "node", append([]string{NodePath(t, program)}, args...)...)
}

// TryNode is [Node] for a program that may fail.
func TryNode(t testing.TB, dir, program string, args ...string) (string, error) {
	t.Helper()
	return Try(t, dir, "node", append([]string{NodePath(t, program)}, args...)...)
}

// NodePath is where a program of node_modules/.bin is, or a script of this folder whose
// name ends in .mjs.
func NodePath(t testing.TB, program string) string {
	t.Helper()
	path, needed := filepath.Join(Dir(), program), program
	if filepath.Ext(program) == ".mjs" {
		needed = "node_modules" // which it imports
	} else {
		path = filepath.Join(Dir(), "node_modules", ".bin", program)
	}
	for _, name := range []string{path, filepath.Join(Dir(), "node_modules")} {
		if _, err := os.Stat(name); err != nil {
			t.Fatal(Missing(needed))
		}
	}
	return path
}

// Package readers runs the programs that read portspec's outputs in tests. make readers
// installs them. A missing program fails the test, because an output that nothing has read
// is not tested.
package readers

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Dir returns the folder of this package, which contains node_modules.
func Dir() string { return dir }

// dir is found before a test can leave the module. The name of this file in the program does
// not help: it is not a path if the program was built with -trimpath.
var dir = filepath.Join(moduleRoot(), "internal", "readers")

// moduleRoot returns the folder of the module that contains the current folder.
func moduleRoot() string {
	here, err := os.Getwd()
	for err == nil {
		text, _ := os.ReadFile(filepath.Join(here, "go.mod"))
		above := filepath.Dir(here)
		if bytes.HasPrefix(text, []byte("module github.com/portspec/portspec\n")) || above == here {
			return here
		}
		here = above
	}
	return ""
}

// Missing returns the message for a missing program.
func Missing(program string) string {
	return "make readers has not been run: missing " + program
}

// Path returns the path of a program, given its name or path.
func Path(t testing.TB, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	for _, dir := range []string{"/usr/sbin", "/sbin"} { // often only in root's PATH
		if err != nil && filepath.Base(program) == program {
			path, err = exec.LookPath(filepath.Join(dir, program))
		}
	}
	if err != nil {
		t.Fatal(Missing(filepath.Base(program)))
	}
	return path
}

// Tools returns the folder of development tools, such as cue.
func Tools() string { return filepath.Join(Dir(), "..", "..", "bin", "tools") }

// Tool returns the path of a development tool.
func Tool(t testing.TB, name string) string {
	t.Helper()
	return Path(t, filepath.Join(Tools(), name))
}

// Run runs a program in dir and returns its standard output and standard error combined.
// The test fails if the program is missing or fails.
func Run(t testing.TB, dir, program string, args ...string) string {
	t.Helper()
	out, err := Try(t, dir, program, args...)
	if err != nil {
		t.Fatalf("%s %q in %s: %v\n%s", program, args, dir, err, out)
	}
	return out
}

// Try is like [Run], for a program that may fail.
func Try(t testing.TB, dir, program string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.Command(Path(t, program), args...)
	cmd.Dir = dir
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	return out.String(), err
}

// Node is like [Run], for a program at a [NodePath].
func Node(t testing.TB, dir, program string, args ...string) string {
	t.Helper()
	return Run(t, dir, "node", append([]string{NodePath(t, program)}, args...)...)
}

// TryNode is like [Node], for a program that may fail.
func TryNode(t testing.TB, dir, program string, args ...string) (string, error) {
	t.Helper()
	return Try(t, dir, "node", append([]string{NodePath(t, program)}, args...)...)
}

// NodePath returns the path of a program in node_modules/.bin or, if its name ends in .mjs,
// of a script in this folder.
func NodePath(t testing.TB, program string) string {
	t.Helper()
	path, needed := filepath.Join(Dir(), program), program
	if filepath.Ext(program) == ".mjs" {
		needed = "node_modules" // imported by the scripts
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

package cli

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/portspec/portspec/internal/readers"
)

// built returns the path of portspec, as its users have it: the test's binary links more, and
// takes twice as long to start. The go command keeps what it runs, so it is linked only once for
// tests and make lint.
func built(t *testing.T) string {
	t.Helper()
	name, err := buildOnce()
	noError(t, err)
	return name
}

var buildOnce = sync.OnceValues(func() (string, error) {
	name := filepath.Join(scratch, "bin", "portspec")
	if err := os.Mkdir(filepath.Dir(name), 0o777); err != nil {
		return "", err
	}
	cmd := exec.Command("go", "run", "-exec", "cp", ".", name)
	cmd.Dir = filepath.Join(readers.Dir(), "..", "..")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building portspec: %w\n%s", err, out)
	}
	return name, nil
})

// program copies portspec to a place where any user can run it.
func program(t *testing.T, base string) string {
	t.Helper()
	name := filepath.Join(base, "portspec")
	data, err := os.ReadFile(built(t))
	noError(t, err)
	noError(t, os.WriteFile(name, data, 0o755))
	for _, name := range []string{filepath.Dir(base), base, name} { // other users may not be allowed to enter
		noError(t, os.Chmod(name, 0o755))
	}
	return name
}

// completeWorkspace creates a workspace with outputs, and next to it a folder for temporary
// files, with all permissions for all users.
func completeWorkspace(t *testing.T, dir string) {
	t.Helper()
	for name, text := range map[string]string{
		"cue.mod/module.cue": "module: \"example.com/specs@v0\"\nlanguage: version: \"v0.17.0\"\n",
		"more/crooked.cue":   "package   more\n",
		"tool.cue": `package tool

import "github.com/portspec/portspec/schema"

product: schema.#Product & {
	id:          "tool"
	name:        "Tool"
	vendor:      "Example"
	version:     "1"
	description: "A tool."
	sources: page: {title: "Ports", tables: ports: {title: "Ports", rows: "1": "389 (TCP)"}}
	components: agent: {name: "Agent"}
	components: server: {name: "Server", listeners: ldap: {purpose: "Look up", transports: ["tcp"], port: 389}}
	flows: lookup: {from: ["agent"], to: server: ["ldap"], purpose: "Look up users", cite: ["tool/ports/1"]}
}
`,
	} {
		name = filepath.Join(dir, name)
		noError(t, os.MkdirAll(filepath.Dir(name), 0o755))
		noError(t, os.WriteFile(name, []byte(text), 0o644))
	}
	generateIn(t, dir)
	noError(t, os.Mkdir(filepath.Join(dir, "../tmp"), 0o755))
	noError(t, filepath.WalkDir(filepath.Dir(dir), func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return os.Chmod(name, 0o777)
		}
		return os.Chmod(name, 0o666)
	}))
}

func generateIn(t *testing.T, dir string) {
	t.Helper()
	var out bytes.Buffer
	if status := Main([]string{"generate", "-C", dir}, &out, &out); status != statusFine {
		t.Fatalf("generate in %s: status %d\n%s", dir, status, &out)
	}
}

func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/module"
	modzip "golang.org/x/mod/zip"
)

// mostModules is the maximum number of modules that portspec may add to the go.mod of a
// repository that uses it as a tool. Six of them are for workbooks.
const mostModules = 36

// testPort is an unassigned port, on which one run of TestTool listens at a time.
const testPort = "46117"

// TestTool uses portspec in a repository that knows nothing of CUE: it adds portspec as a tool,
// from a module that is packed as by a proxy, generates code, compiles and runs it.
func TestTool(t *testing.T) {
	// The module cache is that of this test, whose modules are compiled already: go tool
	// takes neither -trimpath nor another cache's builds. It gets one more version of
	// portspec until the test ends. That is always the same one, so that the go command
	// compiles only the packages that have changed.
	files := moduleFiles(t, "../..")
	version := "v0.0.1-test"
	if only, err := net.Listen("tcp", "127.0.0.1:"+testPort); err == nil {
		defer only.Close()
	} else { // another run may use that version
		version = fmt.Sprintf("v0.0.1-test.%d", time.Now().UnixNano())
	}
	proxy := t.TempDir()
	packModule(t, files, proxy, module.Version{Path: "github.com/portspec/portspec", Version: version})
	ordinary := func(name string) string {
		out, err := exec.Command("go", "env", name).Output()
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(out))
	}
	dir, modules := t.TempDir(), ordinary("GOMODCACHE")
	forget(t, modules, "github.com/portspec/portspec", version) // left by a killed run
	t.Cleanup(func() { forget(t, modules, "github.com/portspec/portspec", version) })
	t.Setenv("GOPROXY", "file://"+proxy+",file://"+modules+"/cache/download,"+ordinary("GOPROXY"))
	t.Setenv("GONOSUMDB", "github.com/portspec/portspec")
	t.Setenv("GOFLAGS", "-modcacherw "+withoutDebug)
	t.Setenv("GOWORK", "off")
	run := func(name string, args ...string) string {
		t.Helper()
		cmd := exec.Command(name, args...)
		cmd.Dir = dir
		switch name + " " + args[0] {
		case "go generate", "go get", "go tool":
			// The go command assumes that the contents of a version never change. When it
			// reads portspec's packages, it must not use an index of earlier contents.
			cmd.Env = append(os.Environ(), "GODEBUG=goindex=0")
		}
		var errs bytes.Buffer
		cmd.Stderr = &errs
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s %s: %v\n%s%s", name, strings.Join(args, " "), err, out, &errs)
		}
		return string(out)
	}
	write(t, dir, "go.mod", "module example.com/app\n\ngo 1.26.0\n")

	// Run by version, portspec adds nothing to the module: the second way in the README.
	if err := os.Mkdir(filepath.Join(dir, "ports"), 0o777); err != nil {
		t.Fatal(err)
	}
	write(t, dir, "ports/generate.go", "package ports\n\n//go:generate go run github.com/portspec/portspec@"+version+" generate go --product igel-ums --package ports --out ports_gen.go\n")
	run("go", "generate", "./ports")
	run("go", "vet", "./ports")
	if list := run("go", "list", "-m", "all"); list != "example.com/app\n" {
		t.Errorf("importing generated code adds modules:\n%s", list)
	}
	write(t, dir, "main.go", `package main

import "fmt"

//go:generate go tool portspec generate go --product igel-ums --prefix ums --out ports_gen.go

func main() { fmt.Println(umsUMSServerWebPort, len(umsFlows()) > 0) }
`)
	run("go", "get", "-tool", "github.com/portspec/portspec@"+version)
	run("go", "generate", ".")
	run("go", "vet", "./...")
	if got := run("go", "run", "."); got != "8443 true\n" {
		t.Errorf("the program prints %q", got)
	}
	before, err := os.Stat(filepath.Join(dir, "ports_gen.go"))
	if err != nil {
		t.Fatal(err)
	}
	run("go", "generate", ".")
	if after, err := os.Stat(filepath.Join(dir, "ports_gen.go")); err != nil || !after.ModTime().Equal(before.ModTime()) {
		t.Errorf("a second go generate wrote the file again: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "cue.mod")); err == nil {
		t.Error("a cue.mod was created")
	}
	byConfiguration(t, dir, run)
	var mod struct{ Require []struct{ Path string } }
	if err := json.Unmarshal([]byte(run("go", "mod", "edit", "-json")), &mod); err != nil {
		t.Fatal(err)
	}
	list := strings.Fields(run("go", "list", "-m", "-f", "{{.Path}}", "all"))
	t.Logf("portspec adds %d modules to go.mod, and %d to the build list", len(mod.Require), len(list)-1)
	if n := len(mod.Require); n < 2 || n > mostModules {
		t.Errorf("portspec adds %d modules to go.mod, want at most %d: %v", n, mostModules, mod.Require)
	}
}

// forget removes a version of a module from a module cache.
func forget(t *testing.T, cache, path, version string) {
	t.Helper()
	downloads := filepath.Join(cache, "cache/download", path, "@v")
	names, err := filepath.Glob(filepath.Join(downloads, version+".*"))
	noError(t, err)
	for _, name := range append(names, filepath.Join(cache, path+"@"+version)) {
		noError(t, os.RemoveAll(name))
	}
	list := filepath.Join(downloads, "list")
	if versions, err := os.ReadFile(list); err == nil {
		noError(t, os.WriteFile(list, bytes.ReplaceAll(versions, []byte(version+"\n"), nil), 0o666))
	}
}

// byConfiguration continues with a configuration that lists outputs, from a package in a
// subfolder, and with the repository's own specs.
func byConfiguration(t *testing.T, dir string, run func(name string, args ...string) string) {
	t.Helper()
	write(t, dir, "portspec.yaml", `version: 1
generate:
  - {target: go, out: ports_gen.go, products: [igel-ums], options: {prefix: ums, type: uint16}}
  - {target: go, out: internal/ports, products: [shopping], options: {package: ports, only: constants}}
`)
	if err := os.Mkdir(filepath.Join(dir, "app"), 0o777); err != nil {
		t.Fatal(err)
	}
	write(t, dir, "app/app.go", `// Package app has the ports of two products.
package app

import "example.com/app/internal/ports"

//go:generate go tool portspec generate

const Port = ports.ClientLoopbackPort
`)
	run("go", "generate", "./app")
	run("go", "vet", "./...")
	run("go", "tool", "portspec", "generate", "--check")
	program := built(t) // the same, without the go command, which takes long to find it
	if got := run("go", "run", "."); got != "8443 true\n" {
		t.Errorf("the program prints %q", got)
	}
	run(program, "init", "specs")
	write(t, dir, "portspec.yaml", `version: 1
specs: specs
generate:
  - {target: go, out: internal/ports, products: [example], options: {package: ports, only: constants}}
`)
	run(program, "vet")
	run(program, "generate")
	if got := run("go", "doc", "./internal/ports", "ServerAPIPort"); !strings.Contains(got, "= 7443") {
		t.Errorf("the package for the repository's own specs has %s", got)
	}
	if _, err := os.Stat(filepath.Join(dir, "ports_gen.go")); err == nil {
		t.Error("ports_gen.go was not deleted, although it is no longer listed")
	}
}

// moduleFiles lists the files of a module that are or would be under version control.
func moduleFiles(t *testing.T, root string) []modzip.File {
	t.Helper()
	cmd := exec.Command("git", "ls-files", "-co", "-z", "--exclude-standard")
	cmd.Dir = root
	out, err := cmd.Output()
	noError(t, err)
	var files []modzip.File
	for _, name := range strings.Split(strings.TrimRight(string(out), "\x00"), "\x00") {
		if _, err := os.Lstat(filepath.Join(root, name)); err == nil {
			files = append(files, packed{root, name})
		}
	}
	return files
}

// packModule writes a module to a folder in the form of the proxy protocol.
func packModule(t *testing.T, files []modzip.File, proxy string, m module.Version) {
	t.Helper()
	dir := filepath.Join(proxy, m.Path, "@v")
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	archive, err := os.Create(filepath.Join(dir, m.Version+".zip"))
	if err != nil {
		t.Fatal(err)
	}
	if err := modzip.Create(archive, m, files); err != nil {
		t.Fatal(err)
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	goMod, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, m.Version+".mod", string(goMod))
	write(t, dir, m.Version+".info", fmt.Sprintf(`{"Version": %q, "Time": %q}`, m.Version, time.Unix(0, 0).UTC().Format(time.RFC3339)))
	write(t, dir, "list", m.Version+"\n")
}

// A packed file is a file of a packed module.
type packed struct{ root, name string }

func (p packed) Path() string                 { return filepath.ToSlash(p.name) }
func (p packed) Lstat() (os.FileInfo, error)  { return os.Lstat(filepath.Join(p.root, p.name)) }
func (p packed) Open() (io.ReadCloser, error) { return os.Open(filepath.Join(p.root, p.name)) }

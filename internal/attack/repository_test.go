//go:build unix

package attack_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/portspec/portspec/internal/cli"
	"github.com/portspec/portspec/internal/readers"
)

// A template is the repository that attacks start from: the output of portspec init with
// generated outputs, a site, code and a commit, and with secrets next to it.
type template struct{ dir string }

// A repository is a copy of the template.
type repository struct {
	top  string // the folder that contains it
	dir  string // the repository
	outs []string
	swap []swap
	// edited are outputs that were edited.
	edited []string
}

// A swap is two names that are exchanged while a command runs.
type swap struct{ a, b string }

func newTemplate(t *testing.T) *template {
	t.Helper()
	top := t.TempDir()
	dir := filepath.Join(top, "repository")
	quiet := func(args ...string) {
		var out bytes.Buffer
		if status := cli.Main(args, io.Discard, &out); status != 0 {
			t.Fatalf("portspec %s: status %d: %s", strings.Join(args, " "), status, out.String())
		}
	}
	t.Setenv("PORTSPEC_CACHE", "off")
	quiet("init", dir, "--module", "example.com/specs@v0")
	_ = os.Remove(filepath.Join(dir, "portspec.yaml"))
	t.Chdir(dir)
	quiet("generate")
	files := map[string]string{
		"repository/src/main.go":          "package main\n\nfunc main() {}\n",
		"repository/README.md":            "# Specs\n",
		"repository/.github/workflows/ci": "on: push\n",
		"repository/notes/index.md":       "# Notes by hand\n",
		"repository/site.yaml":            site,
		"outside/secret.txt":              fileSecret + "\n",
		"outside/victim.txt":              "as it was\n",
		"outside/.bashrc":                 "# as it was\n",
		"outside/x.cue":                   "package example\n\n" + cueSecret + ": " + cueSecret + "\n",
		"outside/pkg/x.cue":               "package pkg\n\nsecret: \"" + cueSecret + "\"\n",
		"outside/site.yaml":               cueSecret + ": x\nsite: " + cueSecret + "\n",
		"outside/portspec.yaml":           cueSecret + ": 1\nversion: " + cueSecret + "\n",
		"outside/module.cue":              cueSecret + ": x\n",
		"outside/site.json":               "{\"" + cueSecret + "\": 1}\n",
	}
	for name, text := range files {
		write(filepath.Join(top, name), text)
	}
	for _, args := range [][]string{
		{"init", "-q", "--template="}, // without samples of hooks
		{"config", "user.name", "a"},
		{"config", "user.email", "a@example.com"},
		{"config", "x." + "secret", gitSecret},
		{"add", "-A"},
		{"commit", "-q", "-m", "first"},
		{"gc", "-q"}, // few files, as the template is copied often
	} {
		cmd := exec.Command(readers.Path(t, "git"), args...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %s: %s", strings.Join(args, " "), out)
		}
	}
	write(filepath.Join(dir, ".git/hooks/pre-commit"), "#!/bin/sh\n")
	t.Chdir(os.TempDir())
	return &template{top}
}

const site = `site: attacked
products:
  example: {}
hosts:
  one: {os: linux, addresses: [10.0.0.1], runs: [example/server]}
  two: {os: linux, addresses: [10.0.0.2], runs: [example/agent]}
`

// copy returns a new copy.
func (tm *template) copy(t *testing.T) *repository {
	t.Helper()
	top, err := os.MkdirTemp("", "attack-")
	if err != nil {
		t.Fatal(err)
	}
	if top, err = filepath.EvalSymlinks(top); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(top, os.DirFS(tm.dir)); err != nil {
		t.Fatal(err)
	}
	return &repository{top: top, dir: filepath.Join(top, "repository")}
}

func (r *repository) remove(t *testing.T) {
	_ = os.Chdir(os.TempDir())
	if err := os.RemoveAll(r.top); err != nil {
		t.Error(err)
	}
}

// path returns the path of a file in the repository.
func (r *repository) path(name string) string { return filepath.Join(r.dir, filepath.FromSlash(name)) }

// write replaces a file and creates its folders. If an attack has made that impossible, it does
// nothing.
func write(file, text string) {
	_ = os.MkdirAll(filepath.Dir(file), 0o777)
	if info, err := os.Lstat(file); err == nil && !info.Mode().IsRegular() {
		return
	}
	_ = os.WriteFile(file, []byte(text), 0o666)
}

// link puts a symbolic link in the place of a file or folder.
func (r *repository) link(target, name string) {
	file := r.path(name)
	if !strings.HasPrefix(name, "..") && r.inGit(file) {
		return
	}
	_ = os.MkdirAll(filepath.Dir(file), 0o777)
	_ = os.RemoveAll(file)
	_ = os.Symlink(target, file)
}

// inGit reports whether a file is in .git, perhaps through a link that another attack made:
// attacks must not change it.
func (r *repository) inGit(file string) bool {
	dir, err := filepath.EvalSymlinks(filepath.Dir(file))
	return err == nil && (strings.Contains(dir, ".git") || !strings.HasPrefix(dir, r.dir))
}

// swapping exchanges names until it is stopped.
func (r *repository) swapping() (stop func()) {
	if len(r.swap) == 0 {
		return func() {}
	}
	end, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for i := 0; ; i++ {
			select {
			case <-end:
				if i%2 == 1 {
					r.exchange()
				}
				return
			case <-time.After(200 * time.Microsecond):
				r.exchange()
			}
		}
	}()
	return func() { close(end); <-ended }
}

func (r *repository) exchange() {
	for _, s := range r.swap {
		a, b := r.path(s.a), r.path(s.b)
		_ = os.Rename(a, a+".swap")
		_ = os.Rename(b, a)
		_ = os.Rename(a+".swap", b)
	}
}

// A fact is the relevant state of a file.
type fact struct {
	mode fs.FileMode
	time time.Time
	sum  string // of the content, or the target of the link
}

// state returns the facts of all files in and around the repository.
func (r *repository) state() map[string]fact {
	all := make(map[string]fact)
	_ = filepath.WalkDir(r.top, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil
		}
		info, err := d.Info()
		if err != nil || info.IsDir() {
			return nil
		}
		f := fact{mode: info.Mode(), time: info.ModTime()}
		switch {
		case info.Mode().IsRegular():
			data, _ := os.ReadFile(file)
			f.sum = sum(data)
		case info.Mode()&fs.ModeSymlink != 0:
			f.sum, _ = os.Readlink(file)
		}
		name, _ := filepath.Rel(r.top, file)
		all[filepath.ToSlash(name)] = f
		return nil
	})
	return all
}

func sum(data []byte) string {
	s := sha256.Sum256(data)
	return hex.EncodeToString(s[:])
}

// harm returns what a command changed other than its outputs, and secrets in its outputs.
func (r *repository) harm(before map[string]fact, c command) []string {
	var problems []string
	after := r.state()
	swapped := func(name string) bool {
		return slices.ContainsFunc(r.swap, func(s swap) bool {
			return under(name, "repository/"+s.a) || under(name, "repository/"+s.b)
		})
	}
	for name, was := range before {
		is, ok := after[name]
		switch {
		case ok && is == was || swapped(name):
		case !ok:
			if !r.made(name, c) {
				problems = append(problems, name+" is gone")
			}
		case c.specs && strings.HasSuffix(name, ".cue") && strings.HasPrefix(name, "repository/") && was.mode.IsRegular() && is.mode == was.mode:
		case !r.made(name, c):
			problems = append(problems, fmt.Sprintf("%s changed: %v, was %v", name, is, was))
		}
	}
	for name, is := range after {
		if before[name] == is || !is.mode.IsRegular() {
			continue
		}
		if _, was := before[name]; !was && !swapped(name) && !r.allowed(name, c) {
			problems = append(problems, name+" is new")
		}
		data, _ := os.ReadFile(filepath.Join(r.top, filepath.FromSlash(name)))
		for _, secret := range r.leaks(data) {
			if !swapped(name) && !strings.HasPrefix(name, "outside/") && !strings.HasPrefix(name, "repository/.git/") {
				problems = append(problems, name+" holds "+secret)
			}
		}
	}
	slices.Sort(problems)
	return problems
}

// allowed reports whether a command may create a file.
func (r *repository) allowed(name string, c command) bool {
	name, inside := strings.CutPrefix(name, "repository/")
	if !inside {
		return false
	}
	if c.args[0] == "init" {
		return !strings.HasPrefix(name, ".git/") && !strings.HasPrefix(name, ".github/")
	}
	if len(c.writes) == 0 {
		return false
	}
	if name == ".portspec.json" {
		return true
	}
	return slices.ContainsFunc(slices.Concat(c.writes, r.outs), func(dir string) bool { return under(name, dir) })
}

// made reports whether a file is an existing output, which may change.
func (r *repository) made(name string, c command) bool {
	base, inside := strings.CutPrefix(name, "repository/")
	if c.args[0] == "init" && under(base, "cue.mod/pkg") {
		return true
	}
	return inside && r.allowed(name, c) && !slices.Contains(r.edited, base) && (under(base, "out") || base == ".portspec.json")
}

// under reports whether a path is a folder or in it.
func under(name, dir string) bool { return name == dir || strings.HasPrefix(name, dir+"/") }

// TestHarm checks that harm finds every kind of harm.
func TestHarm(t *testing.T) {
	repo := newTemplate(t).copy(t)
	defer repo.remove(t)
	generate := command{args: []string{"generate"}, writes: []string{"out"}}
	for name, do := range map[string]func(){
		"outside changed":   func() { write(filepath.Join(repo.top, "outside/victim.txt"), "changed\n") },
		"git changed":       func() { write(repo.path(".git/HEAD"), "changed\n") },
		"source gone":       func() { os.Remove(repo.path("src/main.go")) },
		"new file":          func() { write(repo.path("src/new.go"), "package main\n") },
		"mode changed":      func() { os.Chmod(repo.path("README.md"), 0o777) },
		"time changed":      func() { os.Chtimes(repo.path("site.yaml"), time.Now(), time.Now()) },
		"secret in output":  func() { write(repo.path("out/markdown/index.md"), envSecret) },
		"file in workflows": func() { write(repo.path(".github/workflows/x.yml"), "x") },
	} {
		before := repo.state()
		do()
		if len(repo.harm(before, generate)) == 0 {
			t.Errorf("%s: not found", name)
		}
	}
	before := repo.state()
	write(repo.path("out/markdown/new.md"), "fine\n")
	if found := repo.harm(before, generate); len(found) > 0 {
		t.Error(found)
	}
}

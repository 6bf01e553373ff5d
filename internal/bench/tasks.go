package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/portspec/portspec/internal/bench/workload"
)

// tasks writes the workspaces to a folder and returns the tasks that use them. Tasks run in
// this order, and some use what earlier ones have cached.
func tasks(dir string) ([]*task, error) {
	all, err := copies(dir)
	if err != nil {
		return nil, err
	}
	add := func(t *task) *task {
		all = append(all, t)
		return t
	}
	large := &task{}
	for _, n := range []int{3, *products / 10, *products} {
		at := filepath.Join(dir, fmt.Sprintf("catalog-%d", n))
		if err := cmpErr(workload.Catalog(at, n), initialize(at)); err != nil {
			return nil, err
		}
		required := map[int]string{3: "1.0", *products: "0.3, memory 0.1"}[n]
		large = add(&task{
			name: fmt.Sprintf("vet, %d products, cold", n), atMost: required, size: n,
			ours: cold(at, "vet", "--fail-on", "error"), theirs: theirs(at, "./..."),
		})
	}
	at := large.ours.dir
	add(&task{name: "the same, unchanged", atMost: "0.1 of cold", ours: ours(at, "vet", "--fail-on", "error"), against: large.ours})
	edited := ours(at, "vet", "--fail-on", "error")
	edits := uint64(1)
	edited.prepare = func() error {
		edits++
		return workload.Product(at, *products/2, edits)
	}
	add(&task{name: "the same, one edited", atMost: "0.1 of cold", ours: edited, against: large.ours})
	out := filepath.Join(dir, "out")
	generate := ours(at, "generate", "--out", out)
	generate.prepare = func() error { return aside(out) }
	add(&task{name: fmt.Sprintf("generate, %d products, all targets, after that", *products), atMost: "0.3 of cold", ours: generate, against: large.ours})

	for _, n := range []int{*products / 4, *products} {
		sites, err := sites(dir, n)
		if err != nil {
			return nil, err
		}
		all = append(all, sites...)
	}

	for _, n := range []int{*hosts / 10, *hosts} {
		at := filepath.Join(dir, fmt.Sprintf("site-%d", n))
		if err := cmpErr(workload.Site(at, n), initialize(at)); err != nil {
			return nil, err
		}
		required := map[int]string{*hosts: "0.25, 1 GiB"}[n]
		resolved := add(&task{
			name: fmt.Sprintf("resolve, %d hosts, cold", n), atMost: required, size: n,
			ours: cold(at, "resolve", "--site", "site", "--level", "error"), theirs: theirs(at, "./site"),
		})
		if n == *hosts {
			out := filepath.Join(dir, "out-site")
			written := ours(at, "generate", "--site", "site", "--out", out)
			written.prepare = func() error { return aside(out) }
			written.writes = out
			add(&task{name: fmt.Sprintf("generate, %d hosts, all targets, after that", n), atMost: "1 GiB, 120 MB of files", ours: written, against: resolved.ours})
			asked := ours(at, "reach", "--site", "site", "--from", "host-1", "--to", "host-2", "--port", "8443")
			asked.prepare = ours(at, "reach", "--site", "site", "--from", "host-1", "--to", "host-2").run // another question
			add(&task{name: fmt.Sprintf("reach, %d hosts, another question", n), atMost: "2 of portspec version", ours: asked, theirs: ours(at, "version")})
		}
	}
	rules, err := firewalls(dir)
	if err != nil {
		return nil, err
	}
	all = append(all, rules...)
	if err := history(at); err != nil {
		return nil, err
	}
	git := func() *command { return &command{dir: at, args: []string{"git", "diff", "HEAD~1", "HEAD"}} }
	compare := []string{"diff", "HEAD~1", "HEAD", "--fail-on", "never"}
	add(&task{name: fmt.Sprintf("diff, %d products, ten changed, cold", *products), ours: cold(at, compare...), theirs: git()})
	add(&task{name: "the same, warm", atMost: "2 of git diff", ours: ours(at, compare...), theirs: git()})

	here, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	add(&task{name: "vet, this repository, cold", atMost: "0.2", ours: cold(here, "vet", "--fail-on", "error"), theirs: theirs(here, "./...")})
	empty := filepath.Join(dir, "empty")
	if err := os.Mkdir(empty, 0o777); err != nil {
		return nil, err
	}
	add(&task{
		name: "go generate of one product, unchanged", atMost: "1.0",
		ours:   ours(empty, "generate", "go", "--product", "igel-ums", "--package", "ports", "--out", "ports_gen.go"),
		theirs: theirs(here, "./specs/products/igelums"),
	})
	add(&task{name: "generate --check of this repository", ours: ours(here, "generate", "--check"), theirs: theirs(here, "./...")})
	return all, nil
}

// ours returns a portspec command in a folder.
func ours(at string, args ...string) *command {
	return &command{dir: at, args: append(append([]string{*portspec}, args...), "--timeout", "0", "--memory", "0")}
}

// cold returns a portspec command that runs with an empty cache.
func cold(at string, args ...string) *command {
	c := ours(at, args...)
	c.prepare = forget
	return c
}

// theirs returns a cue vet command for packages in a folder.
func theirs(at, what string) *command {
	return &command{dir: at, args: []string{*cue, "vet", "-c", what}}
}

// forget empties the cache.
func forget() error { return aside(os.Getenv("PORTSPEC_CACHE")) }

// aside moves a folder out of the way if it exists. Deleting it would distort the
// measurements: for minutes after many files were deleted, ext4 creates files ten times
// more slowly.
func aside(dir string) error {
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	to, err := os.MkdirTemp(filepath.Dir(dir), filepath.Base(dir)+"-")
	if err != nil {
		return err
	}
	return os.Rename(dir, filepath.Join(to, "old"))
}

// history turns a workspace into a repository with a commit that changes ten products.
func history(at string) error {
	git := func(args ...string) error {
		cmd := exec.Command("git", append([]string{"-c", "user.name=bench", "-c", "user.email=bench@example.com"}, args...)...)
		cmd.Dir = at
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("git %v: %w\n%s", args, err, out)
		}
		return nil
	}
	if err := git("init", "-q"); err != nil {
		return err
	}
	if err := git("add", "-A"); err != nil {
		return err
	}
	if err := git("commit", "-q", "-m", "one"); err != nil {
		return err
	}
	for i := range min(10, *products) {
		if err := workload.Product(at, i*(*products/min(10, *products)), 1000); err != nil {
			return err
		}
	}
	return git("commit", "-q", "-a", "-m", "two")
}

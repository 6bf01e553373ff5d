//go:build unix

package cli

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/portspec/portspec/internal/output"
	"github.com/portspec/portspec/internal/sample"
)

// configOf returns a configuration with several outputs, one of them a single file at the root
// of the repository. Most files differ between editions.
func configOf(prefix, products string) string {
	return fmt.Sprintf(`version: 1
generate:
  - {target: go, out: internal/ports, products: [%[2]s], options: {prefix: %[1]s}}
  - {target: go, out: ports_gen.go, products: [shopping], options: {package: app, prefix: %[1]s}}
  - {target: markdown, out: docs, products: [%[2]s]}
  - {target: mermaid, out: docs/diagrams, products: [%[2]s]}
`, prefix, products)
}

// TestConfigKilled kills runs with a configuration at many moments. Each file must then belong
// to the old or the new edition, and the next run, of a third edition, must complete without
// reporting edits, and leave no other files.
func TestConfigKilled(t *testing.T) {
	base := t.TempDir()
	portspec := program(t, base)
	run := func(dir, text string) *exec.Cmd {
		noError(t, os.MkdirAll(dir, 0o755))
		noError(t, os.WriteFile(filepath.Join(dir, "portspec.yaml"), []byte(text), 0o644))
		cmd := exec.Command(portspec, "generate")
		cmd.Dir = dir
		return cmd
	}
	whole := func(name, text string) map[string]string {
		dir := filepath.Join(base, name)
		if out, err := run(dir, text).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return snapshot(t, dir)
	}
	first, second, third := configOf("Old", "igel-ums, profileunity"), configOf("New", "igel-ums, shopping"), configOf("Next", "profileunity")
	old, new, next := whole("first", first), whole("second", second), whole("third", third)
	killed, runs := 0, sample.Size(3, 8)
	for i := 0; i < runs || i < 10*runs && killed == 0; i++ { // on a busy machine, many runs end before
		dir := filepath.Join(base, fmt.Sprint(i))
		for name, data := range old { // as after the first run
			noError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755))
			noError(t, os.WriteFile(filepath.Join(dir, name), []byte(data), 0o644))
		}
		cmd := run(dir, second)
		noError(t, cmd.Start())
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		for deadline := time.Now().Add(time.Minute); ; { // writing begins when the manifest changes
			data, err := os.ReadFile(filepath.Join(dir, output.ManifestName))
			if err == nil && string(data) != old[output.ManifestName] || time.Now().After(deadline) {
				break
			}
			time.Sleep(100 * time.Microsecond) // leaves the processor to the run
		}
		time.Sleep(8 * time.Millisecond * time.Duration(i%runs) / time.Duration(runs))
		_ = cmd.Process.Kill()
		if <-ended != nil {
			killed++
		}
		for name, data := range snapshot(t, dir) {
			if !strings.Contains(name, ".portspec-tmp-") && name != output.ManifestName && data != new[name] && data != old[name] {
				t.Errorf("after a killed run, %s is neither old nor new", name)
			}
		}
		// Left by a run that was killed before it renamed a file.
		noError(t, os.WriteFile(filepath.Join(dir, ".portspec-tmp-ABCDEFGHIJKLMNOPQRSTUVWXYZ"), []byte("package"), 0o644))
		if out, err := run(dir, third).CombinedOutput(); err != nil {
			t.Fatalf("the run after a killed one: %v\n%s", err, out)
		}
		equal(t, snapshot(t, dir), next)
	}
	if killed == 0 {
		t.Fatal("all runs ended before they were killed")
	}
	t.Logf("%d runs were killed while they wrote", killed)
}

// TestConfigReadOnly generates with a configuration in a checkout that is read-only, completely
// or in part.
func TestConfigReadOnly(t *testing.T) {
	base, fresh := t.TempDir(), t.TempDir()
	portspec := program(t, base)
	write(t, fresh, "portspec.yaml", configOf("New", "shopping"))
	generateIn(t, fresh)
	complete := snapshot(t, fresh)
	for i, c := range []struct {
		name   string
		path   string // read-only with everything below
		stale  []string
		args   string
		status int
		want   string
	}{
		{"all of it, up to date", ".", nil, "generate", statusFine, `^\d+ files, 0 changed\n$`},
		{"all of it, to be checked", ".", nil, "generate --check", statusFine, `up to date\n$`},
		{"all of it, stale, to be checked", ".", []string{"ports_gen.go"}, "generate --check", statusFindings, `^missing +ports_gen.go\n1 file out of date`},
		{"all of it, stale", ".", []string{"ports_gen.go", "docs"}, "generate", statusFailed, `^portspec: folder \S+: (open|mkdir)at \S+: permission denied\n$`},
		{"one output, stale", "docs", []string{"docs/index.md", "docs/diagrams/shopping.mmd", "internal/ports/shopping/doc.go"}, "generate", statusFailed, `^portspec: folder \S+: openat docs/\S+: permission denied\n$`},
		{"the list of outputs", output.ManifestName, nil, "generate", statusFine, `0 changed\n$`},
		{"where init works", ".", nil, "init specs", statusFailed, `^portspec: folder specs: mkdir \S*specs: permission denied\n$`},
		{"where init works already", "internal", nil, "init internal", statusFailed, `(?m)^portspec: folder internal: mkdirat example: permission denied\n$`},
		{"where a site would be", ".", nil, "init site sites/acme.yaml", statusFailed, `^portspec: mkdir sites: permission denied\n$`},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := filepath.Join(base, fmt.Sprint(i), "repository")
			noError(t, os.MkdirAll(filepath.Join(dir, "../tmp"), 0o777))
			noError(t, os.CopyFS(dir, os.DirFS(fresh)))
			for _, name := range c.stale {
				noError(t, os.RemoveAll(filepath.Join(dir, name)))
			}
			mode := func(top string, off fs.FileMode) {
				noError(t, filepath.WalkDir(top, func(name string, d fs.DirEntry, err error) error {
					if err != nil {
						return err
					}
					if d.IsDir() {
						return os.Chmod(name, 0o777&^off)
					}
					return os.Chmod(name, 0o666&^off)
				}))
			}
			mode(filepath.Dir(dir), 0)
			mode(filepath.Join(dir, c.path), 0o222)
			status, printed := runAsOther(t, portspec, dir, strings.Fields(c.args))
			mode(filepath.Dir(dir), 0)
			if status != c.status {
				t.Errorf("status %d, want %d", status, c.status)
			}
			if !regexp.MustCompile(c.want).MatchString(printed) {
				t.Errorf("it prints %q, want %s", printed, c.want)
			}
			for name, data := range snapshot(t, dir) {
				if want, ok := complete[name]; !ok || data != want && name != output.ManifestName {
					t.Errorf("it left %s, which is not an output", name)
				}
			}
			generateIn(t, dir)
			equal(t, snapshot(t, dir), complete)
		})
	}
}

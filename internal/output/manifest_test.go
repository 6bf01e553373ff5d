package output

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen"
)

const header = "<!-- " + gen.Header + "\n-->\n"

// victims are files of a repository that must not be deleted or overwritten, whatever the
// manifest lists.
var victims = map[string]string{
	".git/HEAD":           "ref: refs/heads/main\n",
	"src/main.go":         "package main\n",
	"README.md":           "# Read me\n",
	"index.md":            "# By hand\n",
	"markdown/index.md":   "# By hand\n",
	"markdown/old.md":     "# By hand\n",
	"go/p/ports.go":       "package p\n",
	"markdown/site/x.csv": "a,b\n",
	// Files that portspec wrote and somebody edited.
	"ansible/vars/p.yml":  strings.Replace(generated("p.yml"), "old", "edited", 1),
	"go/p/flows.go":       generated("p.go") + "// edited\n",
	"markdown/edited.md":  generated("p.md") + "edited\n",
	"markdown/header.md":  strings.Replace(generated("p.md"), gen.Header, gen.Header+" Edited", 1),
	"markdown/no-seal.md": header + "edited\n",
	"mermaid/p.mmd":       strings.Replace(generated("p.mmd"), "old", "", 1),
}

// generated returns a file as portspec writes it.
func generated(name string) string { return string(gen.Seal(name, []byte(header+"old\n"))) }

// repository has the victims, a manifest that lists them and others, and outputs of an earlier
// run.
func repository(t *testing.T, extra map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	m := manifest{Version: 1, Files: make(map[string][]string)}
	add := func(files map[string]string) {
		for name, data := range files {
			noError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o777))
			noError(t, os.WriteFile(filepath.Join(dir, name), []byte(data), 0o666))
			m.Files[name] = []string{Hash([]byte(data))}
		}
	}
	add(victims)
	add(extra)
	data, err := json.Marshal(m)
	noError(t, err)
	noError(t, os.WriteFile(filepath.Join(dir, ManifestName), data, 0o666))
	return dir
}

func intact(t *testing.T, dir string) {
	t.Helper()
	got := snapshot(t, dir)
	for name, data := range victims {
		if got[name] != data {
			t.Errorf("%s is %q", name, got[name])
		}
	}
}

// TestHostileManifest has a manifest that lists files with their correct hashes: only files that
// portspec wrote are deleted or overwritten.
func TestHostileManifest(t *testing.T) {
	ours := map[string]string{"markdown/gone.md": generated("gone.md")}
	makes := func(name string) bool {
		dir, _, _ := strings.Cut(name, "/")
		return slices.Contains(all, dir)
	}
	for _, made := range [][]gen.File{
		nil,
		{{Path: "markdown/new.md", Data: []byte(header)}},
	} {
		for _, force := range []bool{false, true} {
			dir := repository(t, ours)
			o := outputTo(dir)
			o.Makes, o.Force = makes, force
			_, err := o.write(t.Context(), made)
			noError(t, err)
			intact(t, dir)
			if want := []string{".git/HEAD", "README.md", "index.md", "src/main.go"}; fmt.Sprint(o.Ignored) != fmt.Sprint(want) {
				t.Errorf("ignored %v, want %v", o.Ignored, want)
			}
			if _, err := os.Stat(filepath.Join(dir, "markdown/gone.md")); (err == nil) == force {
				t.Errorf("with force %v, an output of an earlier run was not deleted: %v", force, err)
			}
		}
	}
	for name := range victims {
		if !makes(name) {
			continue
		}
		dir := repository(t, ours)
		o := outputTo(dir)
		o.Makes = makes
		changes, err := o.write(t.Context(), []gen.File{{Path: name, Data: []byte(header)}})
		if err != nil || !o.Refused || !slices.Contains(changes, Change{Edited, name}) {
			t.Errorf("%s, which was edited, was overwritten: %v %v", name, changes, err)
		}
		intact(t, dir)
	}
}

// TestHardLinks deletes and replaces files that have other names: under those, the files stay
// as they are.
func TestHardLinks(t *testing.T) {
	dir := repository(t, map[string]string{"markdown/gone.md": generated("gone.md"), "markdown/stays.md": generated("stays.md")})
	for _, name := range []string{"gone", "stays"} {
		noError(t, os.Link(filepath.Join(dir, "markdown", name+".md"), filepath.Join(dir, name)))
	}
	o := outputTo(dir)
	o.Makes, o.Force = func(name string) bool { return strings.HasPrefix(name, "markdown/") }, true
	_, err := o.write(t.Context(), []gen.File{{Path: "markdown/stays.md", Data: []byte(header + "new")}})
	noError(t, err)
	got := snapshot(t, dir)
	if got["gone"] != generated("gone.md") || got["stays"] != generated("stays.md") || got["markdown/stays.md"] != string(gen.Seal("stays.md", []byte(header+"new"))) {
		t.Errorf("%q, %q, %q", got["gone"], got["stays"], got["markdown/stays.md"])
	}
	if _, there := got["markdown/gone.md"]; there {
		t.Error("markdown/gone.md is still there")
	}
}

// TestLeftovers checks that files left by a killed run are deleted, but no similar ones.
func TestLeftovers(t *testing.T) {
	dir := repository(t, nil)
	name := temporary + strings.Repeat("A", 26)
	kept := []string{"x/" + name, "markdown/" + temporary + "index.md", "markdown/" + name + "A"}
	noError(t, os.Mkdir(filepath.Join(dir, "x"), 0o777))
	for _, name := range append(kept, name, "markdown/"+name) {
		noError(t, os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o666))
	}
	link := filepath.Join(dir, "markdown", temporary+strings.Repeat("B", 26))
	noError(t, os.Symlink("../README.md", link))
	// A new folder of a killed run has only files; any other folder is not portspec's.
	gone, other := temporary+strings.Repeat("C", 26), temporary+strings.Repeat("D", 26)
	for _, name := range []string{gone + "/a.md", other + "/a.md", other + "/below/a.md"} {
		noError(t, os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o777))
		noError(t, os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o666))
	}
	kept = append(kept, other+"/a.md", other+"/below/a.md")
	o := outputTo(dir)
	_, err := o.write(t.Context(), []gen.File{{Path: "markdown/new.md", Data: []byte(header)}})
	noError(t, err)
	if _, err := os.Lstat(link); !o.Refused || err != nil { // because of markdown/old.md, which portspec did not write
		t.Fatal(err)
	}
	o = outputTo(dir)
	o.Force = true
	_, err = o.write(t.Context(), []gen.File{{Path: "markdown/new.md", Data: []byte(header)}})
	noError(t, err)
	got := snapshot(t, dir)
	for _, name := range kept {
		if got[name] != "x" {
			t.Errorf("%s was deleted", name)
		}
	}
	for _, name := range []string{name, "markdown/" + name, gone + "/a.md"} {
		if _, there := got[name]; there {
			t.Errorf("%s was not deleted", name)
		}
	}
	if _, err := os.Lstat(filepath.Join(dir, gone)); err == nil {
		t.Errorf("%s was not deleted", gone)
	}
	if _, err := os.Lstat(link); err != nil {
		t.Error(err)
	}
	intact(t, dir)
}

func TestManifestBounds(t *testing.T) {
	many := func(n int, entry func(int) string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(entry(i))
		}
		return b.String()
	}
	for name, text := range map[string]string{
		"no JSON":   "{",
		"outside":   `{"version": 1, "files": {"../x": []}}`,
		"absolute":  `{"version": 1, "files": {"/etc/passwd": []}}`,
		"not clean": `{"version": 1, "files": {"a/./b": []}}`,
		"itself":    `{"version": 1, "files": {".": []}}`,
		"empty":     `{"version": 1, "files": {"": []}}`,
		"too deep":  `{"version": 1, "files": {"` + strings.Repeat("a/", 40) + `b": []}}`,
		"too long":  `{"version": 1, "files": {"` + strings.Repeat("a", 2000) + `": []}}`,
		"many hashes": `{"version": 1, "files": {"a": [` + many(20, func(i int) string {
			return strings.TrimPrefix(fmt.Sprintf(`,"%d"`, i), map[bool]string{true: ","}[i == 0])
		}) + `]}}`,
		"another": `{"version": 2, "files": {}}`,
	} {
		if _, err := parseManifest([]byte(text)); err == nil || len(err.Error()) > 500 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzManifest has a repository with any manifest: files that portspec did not write are neither
// deleted nor changed.
func FuzzManifest(f *testing.F) {
	f.Add([]byte(`{"version": 1, "files": {".git/HEAD": ["x"], "markdown/index.md": []}}`))
	all := make(map[string][]string)
	for name, data := range victims {
		all[name] = []string{Hash([]byte(data))}
	}
	for _, version := range []int{0, 1, 2} {
		data, err := manifest{Version: version, Files: all}.encode()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(`{"version": 1, "files": null, "config": "portspec.yaml"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := parseManifest(data)
		if err == nil {
			again, err := m.encode()
			noError(t, err)
			if same, err := parseManifest(again); err != nil || !maps.EqualFunc(m.Files, same.Files, func(a, b []string) bool { return fmt.Sprint(a) == fmt.Sprint(b) }) {
				t.Errorf("%s was read as %v and written as %s: %v", data, m, again, err)
			}
		}
		dir := repository(t, nil)
		noError(t, os.WriteFile(filepath.Join(dir, ManifestName), data, 0o666))
		o := outputTo(dir)
		_, _ = o.write(t.Context(), []gen.File{{Path: "markdown/new.md", Data: []byte(header)}}) // may be rejected
		intact(t, dir)
	})
}

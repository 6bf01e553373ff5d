package load

import (
	"context"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/workspace"
)

func TestEmbedded(t *testing.T) {
	r, err := Embedded(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.Findings {
		t.Errorf("%s %s %s", f.Position, f.Code, f.Message)
	}
	rows := 0
	for _, p := range r.Catalog.Products {
		rows += len(p.Coverage().Rows)
		if missing := p.Coverage().Missing(); len(missing) > 0 {
			t.Errorf("%s: nothing cites %v", p.ID, missing)
		}
	}
	if rows != 129 {
		t.Errorf("%d rows, want the 129 of the three documents", rows)
	}
}

// TestEmbeddedIsTheRepository compares the workspace in the binary with the repository.
func TestEmbeddedIsTheRepository(t *testing.T) {
	root := os.DirFS("../..")
	for _, dir := range []string{"schema", "specs", "cue.mod"} {
		err := fs.WalkDir(root, dir, func(name string, d fs.DirEntry, err error) error {
			if name == "specs/sites" { // examples, which are not in the binary
				return fs.SkipDir
			}
			if err != nil || d.IsDir() || !strings.HasSuffix(name, ".cue") {
				return err
			}
			want, err := fs.ReadFile(root, name)
			if err != nil {
				return err
			}
			got, err := fs.ReadFile(workspace.Bundle(), name)
			if string(got) != string(want) {
				t.Errorf("%s differs in the binary (%v)", name, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestPositions looks up the position of every value of the embedded specs, and compares the
// text there.
func TestPositions(t *testing.T) {
	r, err := Embedded(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	at := func(pos diag.Position) string {
		data, err := fs.ReadFile(r.Files, pos.File)
		if err != nil {
			t.Fatal(err)
		}
		line := strings.Split(string(data), "\n")[pos.Line-1]
		if pos.EndColumn > 0 {
			return line[pos.Column-1 : pos.EndColumn-1]
		}
		return line[pos.Column-1:]
	}
	check := func(p model.Positions, want string, path ...string) {
		t.Helper()
		pos := p.At(path...)
		if !pos.IsValid() {
			t.Fatalf("%v has no position", path)
		}
		if got := strings.Trim(at(pos), `"`); got != want {
			t.Errorf("%v at %s is %q, want %q", path, pos, got, want)
		}
	}
	for _, p := range r.Catalog.Products {
		check(p.Positions, p.ID, "id")
		for _, f := range p.Flows {
			check(p.Positions, f.ID, "flows", f.ID)
			check(p.Positions, f.From[0], "flows", f.ID, "from", "0")
			check(p.Positions, f.Cite[0], "flows", f.ID, "cite", "0")
		}
		for _, c := range p.Components {
			check(p.Positions, c.ID, "components", c.ID)
		}
	}
	for _, s := range r.Catalog.Services {
		for _, l := range s.Listeners {
			check(s.Positions, l.ID, "listeners", l.ID)
			check(s.Positions, l.Transports[0], "listeners", l.ID, "transports", "0")
		}
	}
}

// loadDirs loads the packages in some folders of a workspace.
func loadDirs(ctx context.Context, files fs.FS, dirs []string, sites ...SiteFile) (*Result, error) {
	return Loader{Sites: sites}.loadDirs(ctx, inLanguage(files), dirs)
}

// inLanguage adds the language version of tests to files.
func inLanguage(of fs.FS) files {
	if snap, ok := of.(*workspace.Snapshot); ok {
		return snap
	}
	return current{of}
}

type current struct{ fs.FS }

func (current) Language(string) string { return "v0.17.0" }

package findings

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/readers"
)

// TestPages compares the pages with the codes, and checks them with markdownlint.
func TestPages(t *testing.T) {
	files, _ := gen.All(&model.Catalog{}, New(nil), nil)
	if len(files) != len(diag.Codes)+1 {
		t.Errorf("%d files for %d codes", len(files), len(diag.Codes))
	}
	dir := t.TempDir()
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(dir, f.Path), f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
		code, ok := diag.Lookup(diag.Code(strings.TrimSuffix(f.Path, ".md")))
		if ok && (!strings.Contains(string(f.Data), code.Fix) || !strings.Contains(string(f.Data), code.Wrong)) {
			t.Errorf("%s lacks texts of its code", f.Path)
		}
	}
	config, err := filepath.Abs("../markdown/.markdownlint-cli2.yaml")
	if err != nil {
		t.Fatal(err)
	}
	readers.Node(t, dir, "markdownlint-cli2", "--config", config, "*.md")
}

package cli

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestNested passes documents to each reader of YAML and JSON that are nested so deeply that a
// recursive reader would crash. Each must report the fault in a few lines, and write nothing.
func TestNested(t *testing.T) {
	const deep = 100_000
	open, both := strings.Repeat("[", deep), strings.Repeat("[", deep)+strings.Repeat("]", deep)
	mappings := strings.Repeat(`{"a":`, deep) + "1" + strings.Repeat("}", deep)
	texts := map[string]string{
		"lists":            both,
		"unclosed lists":   open,
		"objects":          mappings,
		"lists in a field": `{"version": 1, "site": "a", "products": ` + both + `, "files": ` + both + `}`,
		"objects in one":   `{"version": 1, "site": "a", "hosts": ` + mappings + `, "files": {"markdown/index.md": ` + mappings + `}}`,
		// Readers accept this, so everything else must cope with it.
		"not too deep": `{"version": 1, "sites": ` + strings.Repeat("[", 1000) + strings.Repeat("]", 1000) + `, "files": []}`,
	}
	yaml := map[string]string{
		"items":          strings.Repeat("- ", deep) + "x\n",
		"keys":           strings.Repeat("? ", deep) + "x\n",
		"flow mappings":  "site: a\nhosts: " + strings.Repeat("{a: ", deep) + "1" + strings.Repeat("}", deep) + "\n",
		"block mappings": blocks(2000),
	}
	maps.Copy(texts, yaml)
	for _, c := range []struct {
		file string
		args []string
	}{
		{"site.yaml", []string{"resolve", "--site", "site.yaml"}},
		{"site.json", []string{"resolve", "--site", "site.json"}},
		{"portspec.yaml", []string{"vet"}},
		{"named.json", []string{"vet", "--config", "named.json"}},
		{"out/.portspec.json", []string{"generate", "mermaid", "--product", "igel-ums", "--out", "out"}},
		{"old.json", []string{"diff", "old.json"}},
	} {
		for what, text := range texts {
			if _, onlyYAML := yaml[what]; onlyYAML && filepath.Ext(c.file) == ".json" {
				continue
			}
			dir := t.TempDir()
			t.Chdir(dir)
			noError(t, os.MkdirAll(filepath.Dir(c.file), 0o777))
			noError(t, os.WriteFile(c.file, []byte(text), 0o666))
			var out bytes.Buffer
			status := Main(c.args, &out, &out)
			if status != statusFindings && status != statusFailed {
				t.Errorf("%s, %s: status %d", c.file, what, status)
			}
			if printed := out.String(); !strings.Contains(printed, filepath.Base(c.file)) || len(printed) > 5000 || strings.Contains(printed, "goroutine") {
				t.Errorf("%s, %s: %.300s", c.file, what, printed)
			}
			if left := snapshot(t, dir); len(left) != 1 {
				t.Errorf("%s, %s: there are %d files", c.file, what, len(left))
			}
		}
	}
}

// blocks returns nested mappings, one on each line.
func blocks(deep int) string {
	var b strings.Builder
	for i := range deep {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}

// TestDocuments has a second document, which is rejected at its beginning. The rest is not YAML,
// and is not read.
func TestDocuments(t *testing.T) {
	follows := "---\nsite: b\n---\n" + strings.Repeat("- {[\n", 100_000)
	for _, c := range []struct {
		file, text string
		args       []string
		want       string
	}{
		{"site.yaml", "site: a\nhosts: {}\n" + follows, []string{"resolve", "--site", "site.yaml"}, "site.yaml:3:1: error PS1010: a second document begins here"},
		{"portspec.yaml", "version: 1\n" + follows, []string{"vet"}, "portspec.yaml:2:1: error PS1010: a second document begins here"},
	} {
		t.Chdir(t.TempDir())
		noError(t, os.WriteFile(c.file, []byte(c.text), 0o666))
		var out bytes.Buffer
		if status := Main(c.args, &out, &out); status == statusFine || !strings.Contains(out.String(), c.want) || strings.Count(out.String(), " error ") != 1 {
			t.Errorf("%s: status %d, %.500s", c.file, status, &out)
		}
	}
}

package cli

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen/markdown"
	"github.com/portspec/portspec/internal/readers"
)

// TestPublishing compares the settings in docs/publishing.md with those of the tests that build
// pages, and generates with its configurations.
func TestPublishing(t *testing.T) {
	const name = "../../docs/publishing.md"
	doc, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	settings := make(map[string]string)
	for _, flavor := range markdown.Flavors()[1:] {
		if !strings.Contains(string(doc), "| `"+flavor+"` |") {
			t.Errorf("the table of flavors has no %s", flavor)
		}
		for _, text := range readers.DocsConfig(t, flavor) {
			settings[flavor] += text + "\n"
		}
	}
	var configurations []string
	for _, section := range strings.Split(string(doc), "\n## ") {
		title, _, _ := strings.Cut(section, "\n")
		var lines []string
		for line := range strings.Lines(settings[strings.ToLower(title)]) {
			lines = append(lines, strings.TrimSpace(line))
		}
		for _, blocks := range fencesIn(section) {
			for _, block := range blocks {
				if strings.HasPrefix(block, "version:") {
					configurations = append(configurations, block)
					continue
				}
				for line := range strings.Lines(block) {
					if line = strings.TrimSpace(line); !slices.Contains(lines, line) {
						t.Errorf("%s: the tests build without %q", title, line)
					}
				}
			}
		}
	}
	if len(configurations) < 2 {
		t.Errorf("%d configurations", len(configurations))
	}
	for _, c := range configurations {
		t.Chdir(t.TempDir())
		write(t, ".", "portspec.yaml", c)
		if got, status := portspec("generate"); status != statusFine {
			t.Errorf("status %d for\n%s\n%s", status, c, got)
		}
	}
}

package markdown

import (
	"flag"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy/policytest"
)

var update = flag.Bool("update", false, "add new pages and anchors to testdata/addresses.txt")

// published returns the pages of the included products and sites.
func published(t *testing.T) []gen.File {
	t.Helper()
	r := workspace(t)
	files := generate(t, r.Available)
	for _, s := range r.Sites {
		made, _ := Options{}.GenerateSite(policytest.Resolved(t, r.Available, s), r.Available, func(*model.Deployment) *gen.Diagrams { return nil })
		files = append(files, made...)
	}
	return files
}

// Pages and anchors keep their addresses, since others link to them. Published ones are in
// testdata/addresses.txt, one line for each page with its anchors; -update adds new ones and
// never removes any.
func TestAddresses(t *testing.T) {
	name := filepath.Join("testdata", "addresses.txt")
	data, err := os.ReadFile(name)
	if err != nil && !*update {
		t.Fatal(err)
	}
	kept := make(map[string][]string)
	for line := range strings.Lines(string(data)) {
		if page, anchors, _ := strings.Cut(strings.TrimSpace(line), ": "); page != "" {
			kept[strings.TrimSuffix(page, ":")] = strings.Fields(anchors)
		}
	}
	made := make(map[string][]string)
	for at, d := range pagesOf(published(t)) {
		if strings.HasSuffix(at, ".md") {
			made[at] = d.places()
		}
	}
	for page, anchors := range kept {
		if _, ok := made[page]; !ok {
			t.Errorf("the page %s is gone; others may link to it", page)
			continue
		}
		for _, anchor := range anchors {
			if !slices.Contains(made[page], anchor) {
				t.Errorf("%s: the anchor %s is gone; others may link to it", page, anchor)
			}
		}
	}
	var b strings.Builder
	for _, page := range slices.Sorted(maps.Keys(made)) {
		anchors := append(made[page], kept[page]...)
		slices.Sort(anchors)
		b.WriteString(page + ": " + strings.Join(slices.Compact(anchors), " ") + "\n")
	}
	switch {
	case t.Failed() || b.String() == string(data):
	case *update:
		if err := os.WriteFile(name, []byte(b.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	default:
		t.Error("there are new pages or anchors: go test ./gen/markdown -run TestAddresses -update")
	}
}

// No page is longer than people read or than GitHub shows in full.
func TestPageSizes(t *testing.T) {
	for _, f := range published(t) {
		if path.Ext(f.Path) == ".md" && len(f.Data) > 60_000 {
			t.Errorf("%s has %d bytes", f.Path, len(f.Data))
		}
	}
}

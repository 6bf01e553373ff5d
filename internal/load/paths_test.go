package load

import (
	"slices"
	"testing"

	"github.com/portspec/portspec/internal/diag"
)

// TestPathsOfNames uses names with dots, quotes and slashes, which are not ids, in a site: paths
// lead to the faults in them and below them.
func TestPathsOfNames(t *testing.T) {
	site := SiteFile{Name: "site.yaml", Data: []byte(`site: acme
hosts:
  a.example.com: {os: windows, addreses: [10.0.0.1], runs: []}
  'a"b': {os: windows, runs: []}
services:
  igel-ums/ums-serve: {zone: 5}
`)}
	r, err := Embedded(t.Context(), site)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct {
		names []string
		line  int
	}{
		{[]string{"site", "hosts", "a.example.com"}, 3},
		{[]string{"site", "hosts", `a"b`}, 4},
		{[]string{"site", "services", "igel-ums/ums-serve", "zone"}, 6},
	} {
		at := slices.IndexFunc(r.Findings, func(f diag.Finding) bool { return slices.Equal(f.Path.Parts(), want.names) })
		if at < 0 || r.Findings[at].Position.Line != want.line {
			t.Errorf("no finding at %q in line %d: %v", want.names, want.line, r.Findings)
		}
	}
}

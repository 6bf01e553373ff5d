package load

import (
	"slices"
	"testing"

	"github.com/portspec/portspec/internal/diag"
)

// TestPathsOfNames has names with dots, quotes and slashes in a site, which are no
// ids: paths lead to what is wrong with them and in them.
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
			t.Errorf("nothing is found at %q in line %d: %v", want.names, want.line, r.Findings)
		}
	}
}

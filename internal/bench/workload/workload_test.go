package workload

import (
	"testing"

	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/resolve"
)

// TestGenerated loads and resolves the generated workspaces: they must have no findings, so that
// benchmarks do not measure the explanation of faults.
func TestGenerated(t *testing.T) {
	catalog, site := t.TempDir(), t.TempDir()
	if err := Catalog(catalog, 3); err != nil {
		t.Fatal(err)
	}
	r, err := load.Workspace(t.Context(), catalog)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Catalog.Products) != 3 || r.Findings.HasErrors() {
		t.Errorf("%d products, %v", len(r.Catalog.Products), r.Findings)
	}

	if err := Site(site, 50); err != nil {
		t.Fatal(err)
	}
	if r, err = load.Workspace(t.Context(), site); err != nil {
		t.Fatal(err)
	}
	if len(r.Sites) != 1 {
		t.Fatalf("%d sites, %v", len(r.Sites), r.Findings)
	}
	d, found := resolve.Site(r.Available, r.Sites[0])
	if found.HasErrors() || len(d.Hosts) != 50 || len(d.Permits) == 0 {
		t.Errorf("%d hosts, %d permits, %v", len(d.Hosts), len(d.Permits), found)
	}
}

// TestFirewall: each host has as many permits as are counted.
func TestFirewall(t *testing.T) {
	dir := t.TempDir()
	if err := Firewall(dir, 7); err != nil {
		t.Fatal(err)
	}
	r, err := load.Workspace(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Sites) != 1 {
		t.Fatalf("%d sites, %v", len(r.Sites), r.Findings)
	}
	d, found := resolve.Site(r.Available, r.Sites[0])
	if found.HasErrors() || len(d.Hosts) != 7 || len(d.Hosts[6].Inbound) != PermitsEach {
		t.Errorf("%d hosts, %v", len(d.Hosts), found)
	}
	if err := Capirca(dir, 7); err != nil {
		t.Error(err)
	}
}

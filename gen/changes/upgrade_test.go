package changes

import (
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/diff"
	"github.com/portspec/portspec/internal/model"
)

// release returns a release of a product with a server that listens on a port, and a flow
// with each id.
func release(version string, port int, flows ...string) *model.Product {
	p := &model.Product{
		ID: "beacon", Name: "Beacon", Version: version,
		Components: []*model.Component{
			{ID: "agent", Name: "The agent", Kind: model.Software},
			{ID: "console", Name: "The console", Kind: model.Software},
			{ID: "server", Name: "The | server", Kind: model.Software, Listeners: []*model.Listener{{
				ID: "api", Purpose: "All", Transports: []string{"tcp"}, Bind: "any",
				PortStatement: model.PortStatement{Ports: []model.PortRange{{From: port, To: port}}},
			}}},
		},
	}
	for _, id := range flows {
		from := "agent"
		if id == "added" { // or it would be another one renamed
			from = "console"
		}
		p.Flows = append(p.Flows, &model.Flow{ID: id, Purpose: "Purpose of " + id, From: []string{from}, To: []model.Target{{Component: "server", Listeners: []string{"api"}}}, Scope: "network", Delivery: "unicast"})
	}
	return p
}

// TestUpgrade tests that notes of an upgrade begin with what firewalls open and close, with
// names of components and without empty columns, and list every other change once.
func TestUpgrade(t *testing.T) {
	text := func(s string) string { return strings.ReplaceAll(s, "|", "/") }
	notes := func(old, new *model.Product) string {
		return Upgrade(diff.CompareProducts(&model.Catalog{}, old, new), text)
	}
	got := notes(release("1", 7443, "report", "gone"), release("2", 7444, "report", "added"))
	last := -1
	for _, want := range []string{
		"Breaking for users of: ",
		"\n## Firewalls: must open\n\n| Transport | Ports | From | To | Flow | Purpose |\n| --- | --- | --- | --- | --- | --- |\n| tcp | 7444 | The console | The / server | added on api | Purpose of added |\n",
		"\n## Firewalls: moved\n\nOpen the new port, and close the old one when no host runs the old release.\n\n",
		"| tcp | 7443 → 7444 | The agent | The / server | report on api |",
		"\n## Firewalls: may close\n\n", "| tcp | 7443 | The agent | The / server | gone on api | Purpose of gone |",
		"\n## Everything that changes\n\n### Must open\n\n- flow added: added\n", "- listener server.api: ports 7443 → 7444\n", "- flow gone: removed\n",
	} {
		at := strings.Index(got, want)
		if at <= last {
			t.Fatalf("no %q where it belongs in:\n%s", want, got)
		}
		last = at
	}
	if strings.Contains(got, "version") {
		t.Errorf("the change of the release itself is listed:\n%s", got)
	}
	if got := notes(release("1", 7443, "report"), release("2", 7443, "report")); !strings.Contains(got, "Firewalls stay as they are") || strings.Contains(got, "##") {
		t.Errorf("nothing but the release changes:\n%s", got)
	}
	if got := notes(release("1", 7443), release("1", 7443)); got != "Nothing has changed.\n" {
		t.Errorf("nothing changes: %q", got)
	}
}

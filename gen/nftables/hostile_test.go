package nftables

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/readers"
	"github.com/portspec/portspec/internal/resolve"
)

// hostile are texts that end comments, strings and rules, where they may.
var hostile = []string{
	"\"; }\nflush ruleset\n#", "x\" accept comment \"", "a\r\nadd rule inet portspec input accept\r\n", "$(reboot)", "include \"/etc/shadow\"", "\u2028accept\u2029",
	"*/ }", "\\", "\x00", strings.Repeat("long-", 60), "{ 0.0.0.0/0 . tcp . 1-65535 }", "define x = 1;", "'; nft flush ruleset; '", "- {a: !!python/x}", "%s%n",
}

// TestHostile puts hostile texts where people write, past the schema, which refuses
// most of them. What nft loads permits the same, whatever they are.
func TestHostile(t *testing.T) {
	made := func(text string) (ruleset, flows []byte) {
		id := func(s string) string { return s + strings.ReplaceAll(text, "/", "") } // which parts product and component
		p := &model.Product{
			ID: id("p"), Name: text, Version: text,
			Components: []*model.Component{
				{ID: id("client"), Kind: model.Software},
				{ID: id("server"), Kind: model.Software, Listeners: []*model.Listener{
					{ID: id("api"), Purpose: text, Transports: []string{"tcp"}, Bind: "any", PortStatement: model.PortStatement{Ports: []model.PortRange{{From: 7443, To: 7443}}}},
					{ID: id("none"), Purpose: text, Transports: []string{"udp"}, Bind: "any", PortStatement: model.PortStatement{Ports: []model.PortRange{}, Dynamic: &model.Dynamic{}}},
					{ID: id("ping"), Purpose: text, Transports: []string{"icmp"}, Bind: "any", ICMP: []model.ICMP{{Type: 8}}},
				}},
			},
			Flows: []*model.Flow{{
				ID: id("flow"), From: []string{id("client")}, To: []model.Target{{Component: id("server"), Listeners: []string{id("api"), id("none"), id("ping")}}},
				Purpose: text, Scope: "network", Delivery: "unicast",
			}},
		}
		d, found := resolve.Site(&model.Catalog{Products: []*model.Product{p}}, &model.Site{
			ID: id("site"),
			Hosts: []*model.Host{
				{ID: id("server"), OS: "linux", Addresses: []string{"10.1.0.1"}, Count: 1, Runs: []model.Place{model.PlaceOf(p.ID, id("server"))}},
				{ID: id("client"), Addresses: []string{"10.2.0.0/16"}, Count: 9, Runs: []model.Place{model.PlaceOf(p.ID, id("client"))}},
			},
			Firewall: &model.Firewall{
				Outbound:   "listed",
				Management: []*model.Management{{ID: id("admins"), From: []string{"10.9.0.0/24"}, Transport: "tcp", Ports: []int{22}}},
				Permits:    []*model.PermitRecord{{Flow: p.ID + "/" + id("flow"), Owner: text, Ticket: text}},
			},
		})
		for _, f := range found.AtLeast("error") {
			t.Logf("%q: %s", text, f.Message)
		}
		rulesets, _ := Rulesets(d, d.Hosts, Options{Partial: true})
		if len(rulesets) != 1 {
			t.Fatalf("%q: %d rulesets", text, len(rulesets))
		}
		return rulesets[0].Text, rulesets[0].flows
	}
	dir := t.TempDir()
	comment := regexp.MustCompile(`comment "[^"]*"`)
	load := func(text string) string {
		ruleset, flows := made(text)
		var doc map[string]any
		if err := yaml.Unmarshal(flows, &doc); err != nil || len(doc) == 0 {
			t.Errorf("%q: YAML: %v", text, err)
		}
		if err := os.WriteFile(filepath.Join(dir, "h.nft"), ruleset, 0o666); err != nil {
			t.Fatal(err)
		}
		out := readers.Run(t, dir, "unshare", "-rn", "sh", "-c", readers.Path(t, "nft")+" -f h.nft && "+readers.Path(t, "nft")+" list ruleset")
		lines := strings.Split(comment.ReplaceAllString(out, "comment"), "\n")
		return strings.Join(slices.DeleteFunc(lines, func(l string) bool { return strings.TrimSpace(l) == "" }), "\n")
	}
	want := load("x")
	if !strings.Contains(want, "10.2.0.0/16 . tcp . 7443") || !strings.Contains(want, "echo-request") {
		t.Fatalf("not what is expected:\n%s", want)
	}
	for _, text := range hostile {
		if got := load(text); got != want {
			t.Errorf("%q: nft has\n%s\nwant\n%s", text, got, want)
		}
	}
}

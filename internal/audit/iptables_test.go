package audit

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/portspec/portspec/gen/iptables"
	"github.com/portspec/portspec/internal/policy"
	"github.com/portspec/portspec/internal/policy/policytest"
	"github.com/portspec/portspec/internal/readers"
)

// TestGeneratedIPTables loads what is generated for iptables, for the example sites and for
// random ones, with the real program, and finds that what it saves agrees.
func TestGeneratedIPTables(t *testing.T) {
	t.Parallel()
	deployments := policytest.Examples(t)
	for i := range uint64(10) {
		deployments = append(deployments, policytest.Random(t, i, "linux"))
	}
	dir := t.TempDir()
	script := ""
	n := 0
	for _, d := range deployments {
		rulesets, found := iptables.Rulesets(d, d.Hosts, policy.Settings{Partial: true})
		if found.HasErrors() {
			t.Fatal(found)
		}
		for _, r := range rulesets {
			for program, rules := range map[string][]byte{"iptables": r.V4, "ip6tables": r.V6} {
				name := filepath.Join(dir, fmt.Sprintf("%d.%s", n, program))
				if err := os.WriteFile(name, rules, 0o666); err != nil {
					t.Fatal(err)
				}
				script += fmt.Sprintf("%s-restore <%s\n%[1]s -I INPUT -j PORTSPEC-IN\n%[1]s -I OUTPUT -j PORTSPEC-OUT\n%[1]s-save >%[2]s.saved\n", program, name)
			}
			n++
		}
	}
	readers.InNetwork(t, dir, script, "iptables", "ip6tables")
	n = 0
	covered := 0
	for _, d := range deployments {
		rulesets, _ := iptables.Rulesets(d, d.Hosts, policy.Settings{Partial: true})
		for _, r := range rulesets {
			var saved []string
			for _, program := range []string{"iptables", "ip6tables"} {
				data, err := os.ReadFile(filepath.Join(dir, fmt.Sprintf("%d.%s.saved", n, program)))
				if err != nil {
					t.Fatal(err)
				}
				saved = append(saved, string(data))
			}
			n++
			for _, x := range run(t, d, r.Host.ID, machine(t, saved...), Options{Partial: true}).Things {
				covered++
				if x.Verdict != Covered {
					t.Errorf("%s %s: %+v", d.Site.ID, r.Host.ID, x)
				}
			}
		}
	}
	if n < 20 || covered < 300 {
		t.Errorf("only %d rulesets with %d things", n, covered)
	}
}

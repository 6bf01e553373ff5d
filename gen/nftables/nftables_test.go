package nftables

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
	"github.com/portspec/portspec/internal/policy/policytest"
	"github.com/portspec/portspec/internal/readers"
)

// TestLoads has nft load rulesets into a network namespace, one over the other.
func TestLoads(t *testing.T) {
	dir := t.TempDir()
	var script strings.Builder
	script.WriteString("set -eu\n")
	for _, outbound := range []string{"free", "listed", "free"} {
		for _, observe := range []bool{false, true} {
			files, found := GenerateSite(policytest.Office(t, outbound), policy.Settings{Observe: observe, Partial: true})
			if found.HasErrors() {
				t.Fatal(found)
			}
			for _, f := range files {
				name := filepath.Join(dir, outbound, map[bool]string{true: "observe", false: "enforce"}[observe], filepath.Base(f.Path))
				if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(name, f.Data, 0o666); err != nil {
					t.Fatal(err)
				}
				if strings.HasSuffix(name, ".nft") {
					script.WriteString("nft -f " + name + "\n")
				}
			}
		}
	}
	script.WriteString("nft list ruleset\n")
	listed := readers.InNetwork(t, dir, script.String(), "nft")
	if !strings.Contains(listed, "hook input") || strings.Contains(listed, "chain output") || strings.Contains(listed, "chain icmp_out") {
		t.Errorf("want a chain for input, and none for outbound traffic, which is free:\n%s", listed)
	}
}

// TestAlike compares the files of hosts that share rules with those that each host gets alone.
func TestAlike(t *testing.T) {
	d := stores(t, 30)
	together, found := Rulesets(d, d.Hosts, policy.Settings{})
	if found.HasErrors() {
		t.Fatal(found)
	}
	different := make(map[string]bool)
	for i, h := range d.Hosts {
		alone, _ := Rulesets(d, []*model.Deployed{h}, policy.Settings{})
		if got, want := together[i], alone[0]; got.Host != h || !bytes.Equal(got.Text, want.Text) || !bytes.Equal(got.flows, want.flows) {
			t.Errorf("%s has different files when it is not alone:\n%s\nwant\n%s", h.ID, got.Text, want.Text)
		}
		_, flows, _ := bytes.Cut(together[i].flows, []byte(".nft."))
		different[string(flows)] = true
	}
	if n := len(different); n != 1+30/3 {
		t.Errorf("%d different lists of flows; a third of the hosts have ports of their own", n)
	}
}

package nftables

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/portspec/portspec/internal/policy"
	"github.com/portspec/portspec/internal/policy/policytest"
	"github.com/portspec/portspec/internal/readers"
)

// TestHostile puts hostile texts into all fields for people, bypassing the schema, which
// rejects most of them. The rules that nft loads stay the same.
func TestHostile(t *testing.T) {
	made := func(text string) (ruleset, flows []byte) {
		d := policytest.Hostile(t, text)
		rulesets, _ := Rulesets(d, d.Hosts, policy.Settings{Partial: true})
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
		out := readers.InNetwork(t, dir, "nft -f h.nft && nft list ruleset", "nft")
		lines := strings.Split(comment.ReplaceAllString(out, "comment"), "\n")
		return strings.Join(slices.DeleteFunc(lines, func(l string) bool { return strings.TrimSpace(l) == "" }), "\n")
	}
	want := load("x")
	if !strings.Contains(want, "10.2.0.0/16 . tcp . 7443") || !strings.Contains(want, "echo-request") {
		t.Fatalf("unexpected ruleset:\n%s", want)
	}
	for _, text := range policytest.HostileTexts {
		if got := load(text); got != want {
			t.Errorf("%q: nft has\n%s\nwant\n%s", text, got, want)
		}
	}
}

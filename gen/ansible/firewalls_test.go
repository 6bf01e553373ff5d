package ansible

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen/firewalld"
	"github.com/portspec/portspec/gen/iptables"
	printed "github.com/portspec/portspec/gen/rows"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
	"github.com/portspec/portspec/internal/policy/policytest"
	"github.com/portspec/portspec/internal/readers"
	"github.com/portspec/portspec/internal/sample"
)

// TestFirewalls runs the playbook of a site on real firewalls, each in a network namespace of its
// own, before and after ports and addresses have changed. The kernel must have the rules that
// portspec resolve prints, a second run must change nothing, rules of others must stay, and those
// that dropped the rest must be gone. A sample has --check with one firewall only, and the second
// run after the move only.
func TestFirewalls(t *testing.T) {
	t.Parallel()
	dir := folder(t, nil)
	spaces := map[string]*readers.Namespace{}
	vars := map[string]host{}
	for _, name := range []string{"iptables", "ufw", "firewalld"} {
		space, python := newNamespace(t, name, "", dir)
		spaces[name] = space
		vars[name] = host{"portspec_firewall": name, "ansible_connection": "local", "ansible_pipelining": true, "ansible_python_interpreter": python}
	}
	write(t, filepath.Join(dir, "spaces.json"), inventoryOf(map[string]map[string]host{"spaces": vars}).Data)
	play := func(args ...string) map[string]string {
		t.Helper()
		out := readers.Ansible(t, dir, "ansible-playbook", append([]string{"-i", "sites/lab/inventory.yml", "-i", "spaces.json", "--limit", "spaces", "-e", "portspec_rollback=600", "examples/site.yml"}, args...)...)
		t.Log(out)
		return changedIn(out)
	}
	strangers, before := map[string][]string{}, map[string]string{}
	const show = "iptables -S; ip6tables -S; nft -s list ruleset"
	for name, s := range spaces {
		strangers[name] = inKernel(t, s)
		enforce(t, s)
		before[name] = s.Run(t, show)
	}

	site := labSite(t, dir, "lab.yaml")
	if sample.Thorough() {
		play("--check")
	} else {
		play("--check", "--limit", "firewalld") // only it reads more in check mode
	}
	for name, s := range spaces {
		if got := s.Run(t, show); got != before[name] {
			t.Errorf("%s: --check changed\n%s\nto\n%s", name, before[name], got)
		}
	}
	for _, file := range []string{"lab.yaml", "moved.yaml"} {
		if file == "moved.yaml" {
			site = labSite(t, dir, file)
		}
		first, second := play(), map[string]string(nil)
		if sample.Thorough() || file == "moved.yaml" {
			second = play()
		}
		for name, s := range spaces {
			want := resolvedRules(t, site.Host(name))
			if len(want) < 10 {
				t.Errorf("%s: only %d rules are expected", name, len(want))
			}
			want = slices.Sorted(slices.Values(append(want, strangers[name]...)))
			want = slices.Compact(want)
			if got := inKernel(t, s); !slices.Equal(got, want) {
				t.Errorf("%s, %s: missing\n  %s\nsurplus\n  %s", name, file, strings.Join(without(want, got), "\n  "), strings.Join(without(got, want), "\n  "))
			}
			if got := s.Run(t, show); strings.Contains(got, "portspec in dropped") {
				t.Errorf("%s, %s: the rest is still dropped:\n%s", name, file, got)
			}
			if first[name] == "0" || second != nil && second[name] != "0" {
				t.Errorf("%s, %s: %q changes in the first run and %q in the second", name, file, first[name], second[name])
			}
		}
	}
}

// enforce sets generated rules of another site that drop the rest, as an earlier run with
// portspec_enforce does. There are none for ufw.
func enforce(t *testing.T, s *readers.Namespace) {
	t.Helper()
	if s.Firewall == "ufw" {
		return
	}
	dir, d := t.TempDir(), policytest.Office(t, "listed")
	files, _ := iptables.GenerateSite(d, policy.Settings{Partial: true})
	more, _ := firewalld.GenerateSite(d, policy.Settings{Partial: true})
	for _, f := range append(files, more...) {
		write(t, filepath.Join(dir, f.Path), f.Data)
	}
	rules := map[string]string{"iptables": "ums.rules.v4", "firewalld": "ums"}[s.Firewall]
	out := s.Run(t, "cd "+dir+" && sh firewall.sh apply sites/office/"+rules+" && sh firewall.sh confirm && nft list ruleset")
	if !strings.Contains(out, "portspec in dropped") {
		t.Errorf("%s: nothing is dropped:\n%s", s.Firewall, out)
	}
}

// changedIn returns how often each host was changed, according to the last lines of
// ansible-playbook.
func changedIn(out string) map[string]string {
	changed := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^(\w+) +: ok=\d+ +changed=(\d+)`).FindAllStringSubmatch(out, -1) {
		changed[m[1]] = m[2]
	}
	return changed
}

// labSite returns the site in a file of testdata/firewalls, and writes its playbook and variables
// to dir.
func labSite(t *testing.T, dir, file string) *model.Deployment {
	t.Helper()
	data, err := os.ReadFile("testdata/firewalls/" + file)
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := load.Workspace(t.Context(), "testdata/firewalls", load.SiteFile{Name: file, Data: data})
	if err != nil || len(loaded.Sites) != 1 {
		t.Fatalf("%s: %v", file, err)
	}
	d := policytest.Resolved(t, loaded.Available, loaded.Sites[0])
	files, _ := GenerateSite(d)
	for _, f := range files {
		write(t, filepath.Join(dir, f.Path), f.Data)
	}
	return d
}

// resolvedRules returns what a host permits as portspec resolve prints it, without what its
// firewall cannot express.
func resolvedRules(t *testing.T, h *model.Deployed) []string {
	t.Helper()
	firewall := h.ID
	var resolved struct {
		Hosts map[string]map[string]json.RawMessage
	}
	var out bytes.Buffer
	err := printed.HostsJSON(&out, "lab", []*model.Deployed{h}, nil, nil)
	if err == nil {
		err = json.Unmarshal(out.Bytes(), &resolved)
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, out.Bytes())
	}
	all := map[string]bool{}
	for direction, list := range map[string]string{"in": "inbound", "out": "outbound"} {
		if firewall == "firewalld" && direction == "out" {
			continue
		}
		var permits []struct {
			From, To    struct{ Addresses []string }
			Transport   string
			Ports       []model.PortRange
			SourcePorts []model.PortRange `json:"source_ports"`
			Optional    bool
		}
		if err := json.Unmarshal(resolved.Hosts[firewall][list], &permits); err != nil {
			t.Fatal(err)
		}
		for _, p := range permits {
			if p.Optional || p.Transport == "icmp" && firewall == "ufw" {
				continue
			}
			ports, sources := []string{""}, []string{""}
			for i, r := range p.Ports {
				ports = append(ports[:i], r.String())
			}
			for i, r := range p.SourcePorts {
				if firewall != "firewalld" {
					sources = append(sources[:i], r.String())
				}
			}
			for _, address := range append(p.From.Addresses, p.To.Addresses...) {
				if p.Transport == "icmp" && strings.Contains(address, ":") {
					continue
				}
				for _, port := range ports {
					for _, source := range sources {
						all[kernelRule(direction, p.Transport, source, port, address)] = true
					}
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// kernelRule returns a rule in the form in which rules are compared.
func kernelRule(direction, protocol, source, port, address string) string {
	if source != "" {
		source = "from port " + source
	}
	address = strings.TrimSuffix(strings.TrimSuffix(address, "/128"), "/32")
	return strings.Join(strings.Fields(fmt.Sprintf("%s %s %s %s %s", direction, protocol, source, port, address)), " ")
}

// newNamespace starts a namespace for a firewall, and returns it with a Python process in it for
// Ansible. It has already imported what all modules share, which takes most of their time.
func newNamespace(t *testing.T, firewall, network, dir string) (n *readers.Namespace, python string) {
	t.Helper()
	n = readers.NewNamespace(t, firewall, network, "ansible.module_utils.basic")
	python = filepath.Join(dir, "python-"+firewall)
	write(t, python, []byte("#!/bin/sh\nexec "+strings.Join(n.Enter(readers.Python), " ")+" \"$@\"\n"))
	if err := os.Chmod(python, 0o755); err != nil {
		t.Fatal(err)
	}
	return n, python
}

// inKernel lists what the kernel lets in and, through chains of portspec or ufw, out.
func inKernel(t *testing.T, n *readers.Namespace) []string {
	t.Helper()
	var all []string
	if n.Firewall == "firewalld" {
		for line := range strings.Lines(n.Run(t, "nft list chain inet firewalld filter_IN_public_allow")) {
			if words := strings.Fields(line); len(words) > 1 && words[len(words)-1] == "accept" {
				all = append(all, nftRule(words))
			}
		}
	} else {
		chain := regexp.MustCompile(`^-A (PORTSPEC-|INPUT|ufw6?-user-(in|out)put).* -j ACCEPT`)
		for line := range strings.Lines(n.Run(t, "iptables -S; ip6tables -S")) {
			if chain.MatchString(line) {
				all = append(all, iptablesRule(strings.Fields(line)))
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// iptablesRule parses a rule as iptables -S prints it.
func iptablesRule(words []string) string {
	after := func(names ...string) string {
		for i, w := range words[:len(words)-1] {
			if slices.Contains(names, w) {
				return words[i+1]
			}
		}
		return ""
	}
	direction := "in"
	if strings.Contains(strings.ToLower(words[1]), "out") {
		direction = "out"
	}
	port := strings.ReplaceAll(after("--dport", "--dports"), ":", "-")
	return kernelRule(direction, after("-p"), after("--sport", "--sports"), port, after("-s", "-d"))
}

// nftRule parses a rule of firewalld as nft prints it.
func nftRule(words []string) string {
	address, protocol, port := "", "", ""
	for i, w := range words[:len(words)-1] {
		switch w {
		case "saddr":
			address = words[i+1]
		case "l4proto", "protocol", "nexthdr":
			protocol = words[i+1]
		case "dport":
			protocol, port = words[i-1], words[i+1]
		}
	}
	return kernelRule("in", protocol, "", port, address)
}

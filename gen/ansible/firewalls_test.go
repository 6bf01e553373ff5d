package ansible

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/readers"
)

// TestFirewalls has the playbook of a site set real firewalls, each in a network
// namespace of its own, before and after ports and addresses moved. What the
// kernel holds is what portspec resolve prints; a second run changes nothing;
// and rules of others are still there.
func TestFirewalls(t *testing.T) {
	portspec := filepath.Join(t.TempDir(), "portspec")
	readers.Run(t, "../..", "go", "build", "-o", portspec, ".")
	work := filepath.Join(t.TempDir(), "work")
	if err := os.CopyFS(work, os.DirFS("testdata/firewalls")); err != nil {
		t.Fatal(err)
	}
	dir := ansibleHome(t, nil)
	t.Setenv("ANSIBLE_PIPELINING", "1")
	spaces := map[string]*namespace{}
	vars := map[string]host{}
	for _, name := range []string{"iptables", "ufw", "firewalld"} {
		spaces[name] = newNamespace(t, name, "")
		vars[name] = host{
			"portspec_firewall": name, "ansible_connection": "local",
			"ansible_python_interpreter": spaces[name].interpreter(t, filepath.Join(dir, "python-"+name)),
		}
	}
	write(t, filepath.Join(dir, "spaces.json"), inventoryOf(map[string]map[string]host{"spaces": vars}).Data)
	made := ""
	play := func(site string, args ...string) map[string]string {
		t.Helper()
		if made != site {
			made = site
			readers.Run(t, work, portspec, "generate", "ansible", "--site", site, "--out", dir)
		}
		ansible := filepath.Join(dir, "ansible")
		out := readers.Run(t, ansible, "ansible-playbook", append([]string{"-i", "sites/lab/inventory.yml", "-i", "../spaces.json", "--limit", "spaces", "-e", "portspec_rollback=600", "examples/site.yml"}, args...)...)
		t.Log(out)
		return changedIn(out)
	}
	strangers := map[string][]string{}
	for name, s := range spaces {
		strangers[name] = s.permitted(t)
	}

	play("lab.yaml", "--check")
	for name, s := range spaces {
		if got := s.permitted(t); !slices.Equal(got, strangers[name]) {
			t.Errorf("%s: --check changed\n  %s\nto\n  %s", name, strings.Join(strangers[name], "\n  "), strings.Join(got, "\n  "))
		}
	}
	for _, site := range []string{"lab.yaml", "moved.yaml"} {
		first, second := play(site), play(site)
		for name, s := range spaces {
			want := resolvedRules(t, work, portspec, site, name)
			if len(want) < 10 {
				t.Errorf("%s: only %d rules are expected", name, len(want))
			}
			want = slices.Sorted(slices.Values(append(want, strangers[name]...)))
			want = slices.Compact(want)
			if got := s.permitted(t); !slices.Equal(got, want) {
				t.Errorf("%s, %s: missing\n  %s\nsurplus\n  %s", name, site, strings.Join(without(want, got), "\n  "), strings.Join(without(got, want), "\n  "))
			}
			if first[name] == "0" || second[name] != "0" {
				t.Errorf("%s, %s: %q changes in the first run and %q in the second", name, site, first[name], second[name])
			}
		}
	}
}

// changedIn is how often each host was changed, by what ansible-playbook prints last.
func changedIn(out string) map[string]string {
	changed := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^(\w+) +: ok=\d+ +changed=(\d+)`).FindAllStringSubmatch(out, -1) {
		changed[m[1]] = m[2]
	}
	return changed
}

// resolvedRules is what portspec resolve has a host permit, as far as its
// firewall has ways to say it.
func resolvedRules(t *testing.T, work, portspec, site, firewall string) []string {
	t.Helper()
	var resolved struct {
		Hosts map[string]map[string]json.RawMessage
	}
	cmd := exec.Command(portspec, "resolve", "--site", site, "--format", "json")
	cmd.Dir = work
	out, err := cmd.Output()
	if err == nil {
		err = json.Unmarshal(out, &resolved)
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
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

// kernelRule writes a rule as this test compares it.
func kernelRule(direction, protocol, source, port, address string) string {
	if source != "" {
		source = "from port " + source
	}
	address = strings.TrimSuffix(strings.TrimSuffix(address, "/128"), "/32")
	return strings.Join(strings.Fields(fmt.Sprintf("%s %s %s %s %s", direction, protocol, source, port, address)), " ")
}

// A namespace has a network of its own with one firewall in it.
type namespace struct {
	firewall string
	pid      string
}

// newNamespace starts one that ends with the test: of a network of its own, with rules of
// others, or of a network that is there, with a firewall that does nothing yet.
func newNamespace(t *testing.T, firewall, network string) *namespace {
	t.Helper()
	program := firewall
	if program == "nftables" {
		program = "nft"
	}
	for _, program := range []string{"ip", "unshare", "nsenter", program} {
		readers.Path(t, program)
	}
	start := []string{"unshare", "--net", "--mount", "sh", "testdata/firewalls/start.sh", firewall}
	if network != "" {
		start = []string{"nsenter", "--net=" + network, "unshare", "--mount", "sh", "testdata/firewalls/start.sh", firewall, "bare"}
	}
	cmd := exec.Command(asRoot[0], append(asRoot[1:], start...)...)
	cmd.Stderr = t.Output()
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("%v; run make test, or internal/readers/install.sh", err)
	}
	t.Cleanup(func() {
		in.Close()
		_ = cmd.Wait()
	})
	pid, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("%s does not start: %v; run make test, or internal/readers/install.sh", firewall, err)
	}
	return &namespace{firewall, strings.TrimSpace(pid)}
}

// asRoot are the words before a command that only root may run.
var asRoot = func() []string {
	if os.Geteuid() == 0 {
		return []string{"env"}
	}
	return []string{"sudo", "-n"}
}()

// enter is a command that runs in the namespace.
func (n *namespace) enter(command ...string) []string {
	return slices.Concat(asRoot, []string{"nsenter", "--target", n.pid, "--net", "--mount", "--"}, command)
}

// interpreter is a Python for Ansible that runs in the namespace.
func (n *namespace) interpreter(t *testing.T, path string) string {
	t.Helper()
	write(t, path, []byte("#!/bin/sh\nexec "+strings.Join(n.enter("/usr/bin/python3"), " ")+" \"$@\"\n"))
	if err := os.Chmod(path, 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// permitted lists what the kernel lets in, and through chains of portspec's own
// or ufw's also out.
func (n *namespace) permitted(t *testing.T) []string {
	t.Helper()
	run := func(command ...string) string {
		words := n.enter(command...)
		return readers.Run(t, ".", words[0], words[1:]...)
	}
	var all []string
	if n.firewall == "firewalld" {
		for line := range strings.Lines(run("nft", "list", "chain", "inet", "firewalld", "filter_IN_public_allow")) {
			if words := strings.Fields(line); len(words) > 1 && words[len(words)-1] == "accept" {
				all = append(all, nftRule(words))
			}
		}
	} else {
		chain := regexp.MustCompile(`^-A (PORTSPEC-|INPUT|ufw6?-user-(in|out)put).* -j ACCEPT`)
		for line := range strings.Lines(run("iptables", "-S") + run("ip6tables", "-S")) {
			if chain.MatchString(line) {
				all = append(all, iptablesRule(strings.Fields(line)))
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// iptablesRule reads what iptables -S prints.
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

// nftRule reads what nft prints of a rule that firewalld made.
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

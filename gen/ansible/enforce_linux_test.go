package ansible

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/firewalld"
	"github.com/portspec/portspec/gen/iptables"
	"github.com/portspec/portspec/gen/nftables"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/parallel"
	"github.com/portspec/portspec/internal/policy"
	"github.com/portspec/portspec/internal/policy/policytest"
	"github.com/portspec/portspec/internal/prove"
	"github.com/portspec/portspec/internal/readers"
	"github.com/portspec/portspec/internal/sample"
)

// enforcing has, for each firewall of TestEnforce, the command that shows its rules.
var enforcing = map[string]string{
	"nftables":  "nft -s list ruleset",
	"iptables":  "iptables -S; ip6tables -S",
	"ufw":       "ufw show added; ufw status verbose",
	"firewalld": "firewall-cmd --get-default-zone; find /etc/firewalld -name '*.xml' | sort | xargs tail -n +1; nft -s list ruleset",
}

// TestEnforce runs the playbook of a site with portspec_enforce, for each firewall on a copy of
// the same host, in namespaces of its own. What passes must be what the site permits, a second run
// must change nothing, and rules that lock Ansible out must be rolled back. A sample has --check
// and the lockout with ufw, for which the playbook makes the rules, and with firewalld, whose
// rules are generated as those of the others.
func TestEnforce(t *testing.T) {
	t.Parallel()
	d := policytest.Office(t, "listed")
	dir := enforcedSite(t, d)
	rigs, spaces := map[string]*prove.Rig{}, map[string]*readers.Namespace{}
	vars := map[string]host{}
	for name := range enforcing {
		rig, err := prove.NewRig(t.Context(), d, d.Host("ums"), prove.Options{}, 2000)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(rig.Close)
		network, world := rig.Namespaces()
		space, python := newNamespace(t, name, network, dir)
		rigs[name], spaces[name] = rig, space
		vars[name] = host{
			"portspec_firewall": name, "ansible_connection": "login", "ansible_pipelining": true,
			"test_network": world, "test_source": "10.9.0.5", "test_address": "10.1.0.11",
			"ansible_python_interpreter": python,
		}
	}
	write(t, filepath.Join(dir, "spaces.json"), inventoryOf(map[string]map[string]host{"spaces": vars}).Data)
	play := func(args ...string) (string, error) {
		out, err := readers.TryAnsible(t, filepath.Join(dir, "ansible"), "ansible-playbook", append([]string{
			"-i", "sites/office/inventory.yml", "-i", "../spaces.json", "--limit", "spaces", "examples/site.yml", "-e", "portspec_enforce=true", "-e", "portspec_rollback=600",
		}, args...)...)
		t.Log(out)
		return out, err
	}
	shown := func() map[string]string {
		all := map[string]string{}
		for name, command := range enforcing {
			all[name] = spaces[name].Run(t, command)
		}
		return all
	}

	some := slices.Sorted(maps.Keys(enforcing))
	if !sample.Thorough() {
		some = []string{"firewalld", "ufw"}
	}
	limit := "--limit=" + strings.Join(some, ",")

	before := shown()
	out, err := play("--check", "--diff", limit)
	changed := changedIn(out)
	for _, name := range some {
		rules := spaces[name].Run(t, enforcing[name])
		if err != nil || rules != before[name] || changed[name] == "0" || !strings.Contains(out, "10.30.0.0/20") {
			t.Errorf("%s: --check: %v, %s changes; the rules are\n%s", name, err, changed[name], rules)
		}
	}
	for n := range 2 {
		out, err = play()
		for name, times := range changedIn(out) {
			if err != nil || (times == "0") != (n == 1) {
				t.Errorf("%s: run %d makes %s changes: %v", name, n+1, times, err)
			}
		}
	}
	names := slices.Sorted(maps.Keys(rigs))
	results, errs := make([]prove.Result, len(names)), make([]error, len(names))
	parallel.Do(len(names), func(i int) { errs[i] = rigs[names[i]].Try(t.Context(), &results[i]) })
	for i, name := range names {
		r := &results[i]
		if errs[i] != nil {
			t.Fatal(errs[i])
		}
		t.Logf("%s: %d probes, %d permitted, %d disagreements", name, r.Probes, r.Permitted, len(r.Disagreements))
		if r.Probes < 2000 || r.Permitted < 20 {
			t.Errorf("%s: only %d probes, %d to be permitted", name, r.Probes, r.Permitted)
		}
		for _, p := range r.Disagreements[:min(10, len(r.Disagreements))] {
			t.Errorf("%s: %s, out %t, want %t", name, p, p.Out, p.Want)
		}
	}

	before = shown()
	lockOut(t, dir)
	out, err = play("-e", "portspec_rollback=10", limit)
	for _, name := range some {
		if err == nil || !strings.Contains(out, name+" goes back to its previous rules within 10 seconds") {
			t.Errorf("%s: no report that rules that lock Ansible out are rolled back: %v", name, err)
		}
	}
	for _, s := range spaces {
		s.Run(t, "n=0; while [ -e /var/lib/portspec/firewall/trial ] && [ $n -lt 1000 ]; do sleep 0.2; n=$((n + 1)); done")
	}
	for name, rules := range shown() {
		if rules != before[name] {
			t.Errorf("%s has not gone back: the rules are\n%s\nwant\n%s", name, rules, before[name])
		}
	}
}

// enforcedSite returns a folder with everything that the playbook of a site needs, in which its
// host ums has a copy for each firewall.
func enforcedSite(t *testing.T, d *model.Deployment) string {
	t.Helper()
	dir := folder(t, nil)
	plugin, err := os.ReadFile("testdata/firewalls/login.py")
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "ansible/examples/connection_plugins/login.py"), plugin)
	files, _ := GenerateSite(d)
	for _, f := range files {
		write(t, filepath.Join(dir, "ansible", f.Path), f.Data)
	}
	for target, generate := range map[string]func(*model.Deployment, policy.Settings) ([]gen.File, diag.List){
		"firewalld": firewalld.GenerateSite, "iptables": iptables.GenerateSite, "nftables": nftables.GenerateSite,
	} {
		files, _ := generate(d, policy.Settings{Partial: true})
		for _, f := range files {
			write(t, filepath.Join(dir, target, f.Path), f.Data)
		}
	}
	vars := filepath.Join(dir, "ansible/sites/office/host_vars")
	data, err := os.ReadFile(filepath.Join(vars, "ums.yml"))
	if err != nil {
		t.Fatal(err)
	}
	for name := range enforcing {
		write(t, filepath.Join(vars, name+".yml"), data)
	}
	return dir
}

// lockOut changes all rules so that they let in administrators only from where none are.
func lockOut(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || !slices.Contains([]string{".nft", ".v4", ".xml", ".yml"}, filepath.Ext(path)) {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(path, []byte(strings.ReplaceAll(string(data), "10.9.0.", "10.99.0.")), 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestEnforceRefusals checks that the playbook refuses hosts that cannot drop the rest, or that
// would lock out their administrators.
func TestEnforceRefusals(t *testing.T) {
	t.Parallel()
	dir := enforcedSite(t, policytest.Office(t, "free"))
	hosts, refusals := map[string]host{}, map[string]string{}
	for name, c := range map[string]struct {
		message string
		vars    host
	}{
		"nobody":  {"nobody would lock out its administrators", host{"portspec_firewall": "iptables", "portspec_management": []any{}}},
		"another": {"portspec_enforce is for firewalld, iptables, nftables, ufw and windows, not for pf", host{"portspec_firewall": "pf"}},
		"missing": {"run portspec generate windows with the same --out as for ansible", host{"portspec_firewall": "windows"}},
		"asked":   {"The rules of asked are generated: say which flows they permit when you generate them", host{"portspec_firewall": "nftables", "portspec_optional": true}},
	} {
		hosts[name], refusals[name] = host{"portspec_firewall": c.vars["portspec_firewall"]}, c.message
		folder := filepath.Join(dir, "ansible/sites/office/host_vars")
		data, err := os.ReadFile(filepath.Join(folder, "ums.yml"))
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(folder, name, "of-the-site.yml"), data)
		write(t, filepath.Join(folder, name, "own.json"), []byte(asJSON(c.vars)))
	}
	write(t, filepath.Join(dir, "ansible/more.json"), inventoryOf(map[string]map[string]host{"more": hosts}).Data)
	vars := asJSON(map[string]any{"portspec_enforce": true})
	out, err := readers.TryAnsible(t, filepath.Join(dir, "ansible"), "ansible-playbook", "-c", "local", "-i", "sites/office/inventory.yml", "-i", "more.json", "--limit", "more", "-e", vars, "examples/site.yml")
	if err == nil {
		t.Error("nothing is refused")
	}
	for name, message := range refusals {
		if !strings.Contains(out, "fatal: ["+name+"]: FAILED!") || !strings.Contains(out, message) {
			t.Errorf("%s: no %q in\n%s", name, message, out)
		}
	}
}

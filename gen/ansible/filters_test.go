package ansible

import (
	"encoding/json"
	"maps"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/readers"
)

// filters calls functions of the filter plugin and returns their results. A call has the name of
// the function and its arguments.
func filters(t *testing.T, calls ...[]any) []any {
	t.Helper()
	const script = `
import json, sys, types
errors = types.ModuleType("ansible.errors")
errors.AnsibleFilterError = ValueError
sys.modules.update({"ansible": types.ModuleType("ansible"), "ansible.errors": errors})
sys.path.insert(0, sys.argv[1])
import portspec
print(json.dumps([getattr(portspec, c[0])(*c[1:]) for c in json.loads(sys.argv[2])]))`
	dir, err := filepath.Abs("example/filter_plugins")
	if err != nil {
		t.Fatal(err)
	}
	out := readers.Run(t, t.TempDir(), "/usr/bin/python3", "-B", "-c", script, dir, asJSON(calls))
	var results []any
	if err := json.Unmarshal([]byte(out), &results); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return results
}

// TestPlans compares present with wanted rules, for states of firewalls for which TestFirewalls
// has no namespace.
func TestPlans(t *testing.T) {
	t.Parallel()
	socket := map[string]any{
		"direction": "in", "protocol": "tcp", "port": "8443", "source": "", "icmp": "",
		"peers": []any{map[string]any{"address": "192.0.2.0/24", "flows": []string{"demo/a"}}},
	}
	everybody := map[string]any{
		"direction": "in", "protocol": "tcp", "port": "443", "source": "", "icmp": "",
		"peers": []any{map[string]any{"address": "0.0.0.0/0", "flows": []string{"demo/a"}}},
	}
	sctp := maps.Clone(socket)
	sctp["protocol"], sctp["port"] = "sctp", "3868"
	const (
		own    = `-A PORTSPEC-IN -s 192.0.2.0/24 -p tcp -m tcp --dport 8443 -m comment --comment "portspec: demo/a" -j ACCEPT`
		old    = `-A PORTSPEC-IN -s 192.0.2.0/24 -p tcp -m tcp --dport 8442 -m comment --comment "portspec: demo/a" -j ACCEPT`
		others = `-A PORTSPEC-IN -s 192.0.2.0/24 -p tcp -m tcp --dport 80 -m comment --comment "portspec/demo: demo/a" -j ACCEPT`
	)
	chains := []string{"-P INPUT DROP", "-N PORTSPEC-IN", "-N PORTSPEC-OUT", "-A INPUT -j PORTSPEC-IN", "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT", "-A OUTPUT -j PORTSPEC-OUT"}
	with := func(lines ...string) []string { return append(chains[:len(chains):len(chains)], lines...) }
	active := []string{"Status: active", "Default: deny (incoming), allow (outgoing), disabled (routed)"}
	const ufwOwn = "ufw allow from 192.0.2.0/24 to any port 8443 proto tcp comment 'portspec: demo/a'"
	for _, c := range []struct {
		name string
		call []any
		want map[string]any
	}{
		{"nothing to do", []any{"iptables_plan", []any{socket}, with(others, own), "portspec", 4, []string{others, own}}, map[string]any{"differs": false, "warnings": []any{}}},
		{"not wanted", []any{"iptables_plan", []any{}, chains[:1], "portspec", 4, []string{}}, map[string]any{"differs": false}},
		{"an old rule", []any{"iptables_plan", []any{socket}, with(others, old), "portspec", 4, []string{others, own}}, map[string]any{
			"differs": true, "add": []any{own}, "remove": []any{old},
			"restore": "*filter\n:PORTSPEC-IN - [0:0]\n:PORTSPEC-OUT - [0:0]\n" + others + "\n" + own + "\nCOMMIT\n",
		}},
		{"no jump", []any{"iptables_plan", []any{socket}, []string{"-P INPUT DROP", "-N PORTSPEC-IN", "-N PORTSPEC-OUT", own}, "portspec", 4, []string{own}}, map[string]any{
			"differs": true, "add": []any{}, "warnings": []any{"iptables: no rule of INPUT accepts answers (--ctstate ESTABLISHED)"},
		}},
		{"accepts everything", []any{"iptables_plan", []any{}, []string{"-P INPUT ACCEPT"}, "portspec", 6, []string{}}, map[string]any{
			"warnings": []any{"ip6tables: the policy of INPUT is ACCEPT, and no last rule drops the rest: everything is let in"},
		}},
		{"lost at a restart", []any{"iptables_plan", []any{socket}, with(own), "portspec", 4, []string{old}}, map[string]any{
			"warnings": []any{"iptables: a restart does not load these rules: save them, for example with netfilter-persistent save, or service iptables save"},
		}},
		{"ufw, nothing to do", []any{"ufw_plan", []any{socket}, []string{"Added user rules", ufwOwn}, active, "portspec", []string{}, ""}, map[string]any{"add": []any{}, "remove": []any{}, "warnings": []any{}}},
		{"ufw, the same by somebody else", []any{"ufw_plan", []any{socket}, []string{strings.Replace(ufwOwn, "portspec", "mine", 1)}, active, "portspec", []string{}, ""}, map[string]any{"add": []any{}, "remove": []any{}}},
		{"ufw, other flows", []any{"ufw_plan", []any{socket}, []string{strings.Replace(ufwOwn, "demo/a", "demo/b", 1)}, active, "portspec", []string{}, ""}, map[string]any{"add": []any{ufwOwn}, "remove": []any{}}},
		{"ufw, an old rule", []any{"ufw_plan", []any{}, []string{ufwOwn}, active, "portspec", []string{}, ""}, map[string]any{"remove": []any{"ufw allow from 192.0.2.0/24 to any port 8443 proto tcp"}}},
		{"ufw, everybody of IPv4", []any{"ufw_plan", []any{everybody}, []string{}, active, "portspec", []string{}, ""}, map[string]any{"add": []any{
			"ufw allow from 0.0.0.0/1 to any port 443 proto tcp comment 'portspec: demo/a'", "ufw allow from 128.0.0.0/1 to any port 443 proto tcp comment 'portspec: demo/a'",
		}}},
		{"ufw, a protocol that it has no name for", []any{"ufw_plan", []any{sctp}, []string{}, active, "portspec", []string{}, ""}, map[string]any{"add": []any{}, "warnings": []any{
			"ufw cannot permit sctp 3868, for demo/a: write that rule by hand, in before.rules and before6.rules",
		}}},
		{"ufw, inactive", []any{"ufw_plan", []any{}, []string{}, []string{"Status: inactive"}, "portspec", []string{}, ""}, map[string]any{
			"warnings": []any{"ufw is not active: its rules have no effect until ufw enable"},
		}},
		{"ufw, accepts everything", []any{"ufw_plan", []any{}, []string{}, []string{"Status: active", "Default: allow (incoming), allow (outgoing), disabled (routed)"}, "portspec", []string{}, ""}, map[string]any{
			"warnings": []any{"ufw: the default for incoming packets is allow: everything is let in"},
		}},
	} {
		got := filters(t, c.call)[0].(map[string]any)
		for field, want := range c.want {
			if !reflect.DeepEqual(got[field], want) {
				t.Errorf("%s: %s is\n%v\nwant\n%v", c.name, field, got[field], want)
			}
		}
	}
}

// TestRecord checks that firewalld's record separates what was there before from what portspec
// adds.
func TestRecord(t *testing.T) {
	t.Parallel()
	socket := func(port string) any {
		return map[string]any{
			"direction": "in", "protocol": "tcp", "port": port, "source": "", "icmp": "",
			"peers": []any{map[string]any{"address": "192.0.2.7/32", "flows": []string{"demo/a"}}},
		}
	}
	rule := func(port string) string {
		return `rule family="ipv4" source address="192.0.2.7" port port="` + port + `" protocol="tcp" accept`
	}
	const file = "/var/lib/portspec/firewalld-portspec"
	plan := func(wanted []any, recorded []string, current map[string][]string) map[string]any {
		printed := map[string]any{"record " + file: recorded, "target public": []string{"default"}}
		for zone, rules := range current {
			printed["rules "+zone+" firewall-cmd"] = rules
		}
		return filters(t, []any{"firewalld_plan", wanted, printed})[0].(map[string]any)
	}
	recording := func(line string) string {
		return "umask 022\nmkdir -p /var/lib/portspec\nprintf '%s\\n' " + line + " >" + file + ".new\nmv " + file + ".new " + file + "\n"
	}
	// 80 is not portspec's, 81 is portspec's, in the zone of an earlier run, and 82 is new.
	got := plan([]any{socket("80"), socket("82")}, []string{"dmz " + rule("81")}, map[string][]string{"public": {rule("80")}, "dmz": {rule("81")}})
	remove, add := "firewall-cmd --zone=dmz '--remove-rich-rule="+rule("81")+"'\n", "firewall-cmd --zone=public '--add-rich-rule="+rule("82")+"'\n"
	want := recording("'dmz "+rule("81")+"' 'public "+rule("82")+"'") + remove + add + recording("'public "+rule("82")+"'")
	if got["script"] != want {
		t.Errorf("the script is\n%s\nwant\n%s", got["script"], want)
	}
	for name, c := range map[string]struct {
		rules  []string
		script string
	}{
		"nothing recorded is wanted": {[]string{rule("80"), rule("82")}, "firewall-cmd --zone=public '--remove-rich-rule=" + rule("82") + "'\nrm -f " + file + "\n"},
		"somebody has removed it":    {[]string{rule("80")}, "rm -f " + file + "\n"},
	} {
		got := plan([]any{}, []string{"public " + rule("82")}, map[string][]string{"public": c.rules})
		if got["script"] != c.script || len(got["commands"].([]any)) != strings.Count(c.script, "firewall-cmd") {
			t.Errorf("%s: the script is\n%s\nwant\n%s", name, got["script"], c.script)
		}
	}
	if got := plan([]any{socket("82")}, []string{"public " + rule("82")}, map[string][]string{"public": {rule("82")}}); got["script"] != "" {
		t.Errorf("nothing is to be done, and the script is\n%s", got["script"])
	}
}

// TestComments checks that comments name as many flows as fit: iptables silently cuts the rest.
func TestComments(t *testing.T) {
	var flows []string
	for range 30 {
		flows = append(flows, "product/a-long-name-of-a-flow")
	}
	got := filters(t, []any{"comment", "portspec", flows})[0].(string)
	if len(got) > 255 || !strings.HasSuffix(got, " and 23 more") || strings.Count(got, "product/") != 7 {
		t.Errorf("%d bytes: %s", len(got), got)
	}
	if got := filters(t, []any{"comment", "portspec", []string{strings.Repeat("x", 300)}})[0].(string); len(got) != 250 {
		t.Errorf("%d bytes: %s", len(got), got)
	}
}

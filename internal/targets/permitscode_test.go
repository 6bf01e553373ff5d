package targets

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen/ansible"
	"github.com/portspec/portspec/gen/golang"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/readers"
)

// goTables compiles the packages of the sites and lists what their tables permit.
func goTables(t *testing.T, sites []*model.Deployment) []permits {
	t.Helper()
	dir := t.TempDir()
	put := func(path, text string) {
		t.Helper()
		path = filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var imports, dumps strings.Builder
	for i, d := range sites {
		files, _ := golang.GenerateSite(d)
		for _, f := range files {
			put(f.Path, string(f.Data))
		}
		fmt.Fprintf(&imports, "\tp%d %q\n", i, "example.test/"+filepath.ToSlash(filepath.Dir(files[0].Path)))
		fmt.Fprintf(&dumps, "\t\tmap[string]any{\"Hosts\": p%[1]d.Hosts(), \"Permits\": p%[1]d.Permits()},\n", i)
	}
	put("go.mod", "module example.test\n\ngo 1.24\n")
	put("main.go", "package main\n\nimport (\n\t\"encoding/json\"\n\t\"os\"\n\n"+imports.String()+")\n\nfunc main() {\n\t_ = json.NewEncoder(os.Stdout).Encode([]any{\n"+dumps.String()+"\t})\n}\n")
	var tables []struct {
		Hosts []struct {
			ID    string
			Count int
		}
		Permits []struct {
			From, To  []string
			Via       [][]string
			Transport string
			Ports     []struct{ First, Last int }
			Optional  bool
		}
	}
	if err := json.Unmarshal([]byte(readers.Run(t, dir, "go", "run", ".")), &tables); err != nil {
		t.Fatal(err)
	}
	var all []permits
	for _, table := range tables {
		got, count := make(permits), make(map[string]int)
		for _, h := range table.Hosts {
			count[h.ID] = h.Count
		}
		for _, p := range table.Permits {
			var ports []model.PortRange
			for _, r := range p.Ports {
				ports = append(ports, model.PortRange{From: r.First, To: r.Last})
			}
			way := slices.Concat([][]string{p.From}, p.Via, [][]string{p.To})
			for i := range way[1:] {
				for _, from := range way[i] {
					for _, to := range way[i+1] {
						if from != to || count[from] != 1 {
							got.add(strings.ReplaceAll(from, "*", "any-host")+" "+strings.ReplaceAll(to, "*", "any-host")+" "+p.Transport, ports, p.Optional)
						}
					}
				}
			}
		}
		all = append(all, got)
	}
	return all
}

// ansibleFilters applies the filters of the playbooks to the variables of hosts, with and
// without optional flows.
const ansibleFilters = `
import json, sys, types
errors = types.ModuleType("ansible.errors")
errors.AnsibleFilterError = ValueError
sys.modules.update({"ansible": types.ModuleType("ansible"), "ansible.errors": errors})
import glob, os, yaml
sys.path.insert(0, "examples/filter_plugins")
import portspec
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Loader.add_constructor("!unsafe", lambda loader, node: node.value)
result = {}
def read(path):
    return yaml.load(open(path, encoding="utf-8"), Loader=Loader)
def note(path, host, v):
    rules = portspec.others(v["portspec_inbound"] + v["portspec_outbound"], host)
    result[path.split(os.sep)[1] + " " + host["id"]] = [
        portspec.sockets([r for r in rules if not r["optional"]]), portspec.sockets(rules)]
groups = {}
for path in glob.glob("sites/*/host_vars/*.yml") + glob.glob("sites/*/group_vars/*.yml"):
    v = read(path)
    if "portspec_host" in v:
        note(path, v["portspec_host"], v)
    else:
        groups[path] = v
for path in glob.glob("sites/*/inventory.yml"):
    inventory = read(path)["all"]
    for name, group in inventory["children"].items():
        of = groups.get(os.path.join(os.path.dirname(path), "group_vars", name + ".yml"))
        if of:
            for host in group["hosts"]:
                note(path, inventory["hosts"][host]["portspec_host"], of)
print(json.dumps(result))
`

// ansibleRules lists the rules that the playbook of each site would set, by host.
func ansibleRules(t *testing.T, sites []*model.Deployment) []map[string]permits {
	t.Helper()
	dir := t.TempDir()
	for _, d := range sites {
		files, _ := ansible.GenerateSite(d)
		for _, f := range files {
			path := filepath.Join(dir, f.Path)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, f.Data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	type socket struct {
		Direction, Protocol, Port string
		Peers                     []struct{ Address string }
	}
	var hosts map[string][2][]socket
	if err := json.Unmarshal([]byte(readers.Run(t, dir, "/usr/bin/python3", "-c", ansibleFilters)), &hosts); err != nil {
		t.Fatal(err)
	}
	all := make([]map[string]permits, len(sites))
	for i, d := range sites {
		all[i] = make(map[string]permits)
		for _, h := range d.Hosts {
			all[i][h.ID] = make(permits)
			for n, sockets := range hosts[d.Site.ID+" "+h.ID] {
				for _, s := range sockets {
					for _, peer := range s.Peers {
						all[i][h.ID].add(s.Direction+" "+s.Protocol+" "+peer.Address, portsIn(t, s.Port), n == 1)
					}
				}
			}
		}
	}
	return all
}

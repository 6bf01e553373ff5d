package targets

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/ansible"
	"github.com/portspec/portspec/gen/golang"
	"github.com/portspec/portspec/gen/markdown"
	"github.com/portspec/portspec/gen/mermaid"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/prove/provetest"
	"github.com/portspec/portspec/internal/readers"
	"github.com/portspec/portspec/internal/resolve"
)

// TestSamePermits reads the outputs of each target for the example sites and for random ones.
// All must permit the same traffic as the resolved site: from whom, to whom, over which
// transport, at which ports, and whether it is required.
func TestSamePermits(t *testing.T) {
	sites := permitSites(t)
	tables, rules := goTables(t, sites), ansibleRules(t, sites)
	counts := make(map[string]int)
	for i, d := range sites {
		compare := func(target string, got, want permits) {
			t.Helper()
			counts[target] += want.ports()
			if a, b := got.lines(), want.lines(); !slices.Equal(a, b) {
				t.Errorf("%s of site %s: missing\n  %s\nsurplus\n  %s", target, d.Site.ID, strings.Join(without(b, a), "\n  "), strings.Join(without(a, b), "\n  "))
			}
		}
		want := resolvedPermits(d, nameOf, false)
		compare("Go", tables[i], want)
		shown := shownNames(d)
		want = resolvedPermits(d, func(e *model.End) string { return shown[nameOf(e)] }, false)
		files, _ := sitePages(markdown.Options{})(d, nil)
		counts["CSV, groups"] += strings.Count(string(fileNamed(t, files, "firewall-request.csv")), ",group,")
		hosts := csvHosts(t, fileNamed(t, files, "firewall-request-hosts.csv"))
		compare("CSV", csvPermits(t, fileNamed(t, files, "firewall-request.csv"), hosts), want)
		compare("Markdown", pagePermits(t, d, fileNamed(t, files, "firewall-request.md")), want)
		parties := partiesOf(d)
		drawn, subjects := diagramPermits(t, d)
		want = resolvedPermits(d, func(e *model.End) string { return parties[e] }, true)
		maps.DeleteFunc(want, func(key string, _ []byte) bool { // diagrams show neither
			ends := strings.Fields(key)
			left := !subjects[ends[0]] && !subjects[ends[1]]
			if left {
				counts["Mermaid, not drawn"]++
			}
			return left
		})
		compare("Mermaid", drawn, want)
		files, findings := ansible.GenerateSite(d)
		for _, f := range files {
			counts["Ansible, groups"] += strings.Count(f.Path, "/alike_")
		}
		texts := findingTexts(findings)
		for _, h := range d.Hosts {
			got := rules[i][h.ID]
			want, left := hostPermits(d.Site, h)
			addresses := slices.Concat(slices.Collect(maps.Keys(want)), slices.Collect(maps.Keys(got)))
			compare("Ansible", got.within(addresses), want.within(addresses))
			for what := range left {
				counts["Ansible, left out with a finding"]++
				if !strings.Contains(texts, what) {
					t.Errorf("Ansible of site %s leaves out %s of %s without a finding", d.Site.ID, what, h.ID)
				}
			}
		}
	}
	for _, target := range slices.Sorted(maps.Keys(counts)) {
		t.Logf("%d sites, %s: %d", len(sites), target, counts[target])
	}
	if slices.Min([]int{counts["Ansible, groups"], counts["CSV, groups"]}) == 0 {
		t.Error("no hosts that are alike were described together")
	}
	if counts["Go"] < 500 {
		t.Errorf("only %d ports were compared", counts["Go"])
	}
}

// permits tells, by "from to transport", how much each port is needed: 0 for not permitted, 1
// for optional, 2 for required. Slot 0 is for connections without a port or a known one.
type permits map[string][]byte

func (p permits) add(key string, ports []model.PortRange, optional bool) {
	if p[key] == nil {
		p[key] = make([]byte, 1<<16)
	}
	need := byte(2)
	if optional {
		need = 1
	}
	if len(ports) == 0 {
		ports = []model.PortRange{{}}
	}
	for _, r := range ports {
		for n := r.From; n <= r.To; n++ {
			p[key][n] = max(p[key][n], need)
		}
	}
}

// lines shows what is permitted, a line for each range of ports.
func (p permits) lines() []string {
	var all []string
	for key, ports := range p {
		for from := 0; from < len(ports); {
			to := from
			for to+1 < len(ports) && ports[to+1] == ports[from] {
				to++
			}
			if ports[from] > 0 {
				all = append(all, fmt.Sprintf("%s %d-%d %s", key, from, to, []string{"", "optional", "required"}[ports[from]]))
			}
			from = to + 1
		}
	}
	slices.Sort(all)
	return all
}

func (p permits) ports() int { return len(p.lines()) }

// within returns what is permitted for each of the addresses ("in tcp 192.0.2.1"), also by rules
// for networks that contain them.
func (p permits) within(keys []string) permits {
	all := make(permits)
	for _, key := range keys {
		way, address := key[:strings.LastIndex(key, " ")], netip.MustParsePrefix(key[strings.LastIndex(key, " ")+1:])
		ports := make([]byte, 1<<16)
		for other, more := range p {
			around := netip.MustParsePrefix(other[strings.LastIndex(other, " ")+1:])
			if !strings.HasPrefix(other, way+" ") || around.Bits() > address.Bits() || !around.Contains(address.Addr()) {
				continue
			}
			for n, need := range more {
				ports[n] = max(ports[n], need)
			}
		}
		all[key] = ports
	}
	return all
}

func without(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
}

// permitSites returns the example sites, and random sites of the same products.
func permitSites(t *testing.T) []*model.Deployment {
	t.Helper()
	result, err := load.Workspace(t.Context(), "../..")
	if err != nil {
		t.Fatal(err)
	}
	var all []*model.Deployment
	for _, s := range result.Sites {
		d, found := resolve.Site(result.Available, s)
		if found.HasErrors() {
			t.Fatal(found)
		}
		all = append(all, d)
	}
	r := rand.New(rand.NewPCG(7, 7))
	for range 1000 {
		d := repaired(r, result.Available, randomSite(r, result.Available, fmt.Sprintf("random-%d", len(all))))
		if d != nil && len(d.Permits) > 5 {
			all = append(all, d)
		}
		if len(all) == 13 {
			return all
		}
	}
	t.Fatalf("only %d sites", len(all))
	return nil
}

// repaired resolves a site after removing what is wrong in it; nil if that fails.
func repaired(r *rand.Rand, c *model.Catalog, s *model.Site) *model.Deployment {
	errors := func() (*model.Deployment, int) {
		d, found := resolve.Site(c, s)
		n := 0
		for _, f := range found {
			if f.Severity == diag.Error {
				n++
			}
		}
		return d, n
	}
	d, n := errors()
	for range 40 {
		if n == 0 {
			return d
		}
		h := s.Hosts[r.IntN(len(s.Hosts))]
		if len(h.Runs) == 0 {
			continue
		}
		runs := h.Runs
		i := r.IntN(len(runs))
		h.Runs = slices.Delete(slices.Clone(runs), i, i+1)
		if other, fewer := errors(); fewer < n {
			d, n = other, fewer
		} else {
			h.Runs = runs
		}
	}
	return nil
}

// randomSite returns a site of a few hosts and networks that run random components.
func randomSite(r *rand.Rand, c *model.Catalog, id string) *model.Site {
	s := &model.Site{ID: id, Name: "Random " + id}
	var places []model.Place
	for _, p := range c.Products {
		use := &model.Use{Product: p.ID, Features: map[string][]string{}}
		for _, f := range p.Features {
			if values := f.Values(); f.Default == "" || r.IntN(2) == 0 {
				use.Features[f.ID] = []string{values[r.IntN(len(values))]}
			}
		}
		s.Products = append(s.Products, use)
		for _, component := range p.Components {
			if component.Kind != model.Any && component.Kind != model.Zone && component.Kind != model.UnknownKind {
				places = append(places, model.PlaceOf(p.ID, component.ID))
			}
		}
	}
	for i := range 3 + r.IntN(5) {
		h := &model.Host{ID: fmt.Sprintf("host%d", i), OS: []string{"windows", "linux"}[r.IntN(2)], Count: 1}
		switch r.IntN(5) {
		case 0:
			h.Count, h.Addresses = 20, []string{fmt.Sprintf("10.%d.0.0/16", i), fmt.Sprintf("fd00:%d::/64", i)}
		case 1:
			h.Names = []string{h.ID + ".example"}
		default:
			h.Addresses = []string{fmt.Sprintf("10.%d.1.%d", i, 1+r.IntN(200)), fmt.Sprintf("fd00:%d::%d", i, 1+r.IntN(200))}
		}
		for range 2 + r.IntN(4) {
			if at := places[r.IntN(len(places))]; !slices.Contains(h.Runs, at) {
				h.Runs = append(h.Runs, at)
			}
		}
		s.Hosts = append(s.Hosts, h)
	}
	if one := s.Hosts[r.IntN(len(s.Hosts))]; r.IntN(2) == 0 && one.Count == 1 { // several hosts that are alike
		for i := range 2 + r.IntN(4) {
			h := *one
			h.ID, h.Addresses, h.Runs = fmt.Sprintf("%s-%d", one.ID, i), []string{fmt.Sprintf("10.99.1.%d", 1+i)}, slices.Clone(one.Runs)
			s.Hosts = append(s.Hosts, &h)
		}
	}
	return s
}

// legs returns the parts of a permit from hop to hop.
func legs(p *model.Permit) [][2][]*model.End {
	way := slices.Concat([][]*model.End{p.From}, viaHops(p), [][]*model.End{p.To})
	var all [][2][]*model.End
	for i := range way[1:] {
		all = append(all, [2][]*model.End{way[i], way[i+1]})
	}
	return all
}

// viaHops returns the gateways of a permit by hop.
func viaHops(p *model.Permit) [][]*model.End {
	var hops [][]*model.End
	for _, e := range p.Via {
		if n := len(hops); n > 0 && hops[n-1][0].Place == e.Place {
			hops[n-1] = append(hops[n-1], e)
		} else {
			hops = append(hops, []*model.End{e})
		}
	}
	return hops
}

// resolvedPermits returns what a site permits between named ends. What is needed only in some
// phase is optional in diagrams; elsewhere it is as required as its flow.
func resolvedPermits(d *model.Deployment, name func(*model.End) string, phases bool) permits {
	all := make(permits)
	for _, p := range d.Permits {
		optional := p.Connection.Flow.Optional || phases && p.Connection.Phase != ""
		for _, leg := range legs(p) {
			for _, from := range leg[0] {
				for _, to := range leg[1] {
					if !model.SameHost(from, to) {
						all.add(name(from)+" "+name(to)+" "+p.Transport, p.Ports, optional)
					}
				}
			}
		}
	}
	return all
}

// nameOf returns a single word for an end.
func nameOf(e *model.End) string {
	switch {
	case e.Host != nil:
		return e.Host.ID
	case e.Any:
		return "any-host"
	}
	return e.ID()
}

// shownNames returns the displayed names of ends, as single words, by nameOf.
func shownNames(d *model.Deployment) map[string]string {
	all := make(map[string]string)
	for _, p := range d.Permits {
		for _, e := range slices.Concat(p.From, p.Via, p.To) {
			name := nameOf(e)
			if e.Host == nil && !e.Any && (e.Location == nil || strings.Contains(e.Location.What, "/")) {
				name = p.Connection.Product.Component(e.Place.Component()).Name
			}
			all[nameOf(e)] = oneWord(name)
		}
	}
	return all
}

func oneWord(name string) string { return strings.ReplaceAll(name, " ", "-") }

// hostPermits returns what a host's firewall must let in and out, by "in tcp" and the address of
// the other end, and the flows for which rules are impossible. A broadcast needs no rule to go
// out if any connection may.
func hostPermits(site *model.Site, h *model.Deployed) (permits, map[string]bool) {
	all, left := make(permits), make(map[string]bool)
	for direction, list := range map[string][]*model.Permit{"in": h.Inbound, "out": h.Outbound} {
		for _, p := range list {
			flow := p.Connection.Flow
			peers := p.Sources(h)
			if direction == "out" {
				peers = p.Destinations(h)
			}
			if model.HasPorts(p.Transport) && len(p.Ports) == 0 {
				left[fmt.Sprintf("flow %s/%s,", p.Connection.Product.ID, flow.ID)] = true
				continue
			}
			if direction == "out" && len(p.Groups) > 0 {
				if p.Groups[0] == "broadcast" {
					if !site.Firewall.Free() {
						left[fmt.Sprintf("flow %s/%s,", p.Connection.Product.ID, flow.ID)] = true
					}
					continue
				}
				peers = nil
				for _, g := range p.Groups {
					all.add(direction+" "+p.Transport+" "+asPrefix(g).String(), p.Ports, flow.Optional)
				}
			}
			for _, e := range peers {
				addresses := e.Addresses()
				if e.Any {
					addresses = []string{"0.0.0.0/0", "::/0"}
				}
				known := false
				for _, a := range addresses {
					prefix := asPrefix(a)
					if !prefix.IsValid() || flow.Family == "ipv4" && prefix.Addr().Is6() || flow.Family == "ipv6" && prefix.Addr().Is4() {
						continue
					}
					known = true
					all.add(direction+" "+p.Transport+" "+prefix.String(), p.Ports, flow.Optional)
				}
				if !known {
					left["no rule with "+e.ID()+" for "] = true
				}
			}
		}
	}
	return all, left
}

// asPrefix parses an address or a network; the result is invalid for a name.
func asPrefix(s string) netip.Prefix {
	if a, err := netip.ParseAddr(s); err == nil {
		return netip.PrefixFrom(a, a.BitLen())
	}
	prefix, err := netip.ParsePrefix(s)
	if err != nil {
		return netip.Prefix{}
	}
	return prefix
}

func findingTexts(list diag.List) string {
	var b strings.Builder
	for _, f := range list {
		b.WriteString(f.Message + "\n")
	}
	return b.String()
}

func fileNamed(t *testing.T, files []gen.File, name string) []byte {
	t.Helper()
	i := slices.IndexFunc(files, func(f gen.File) bool { return strings.HasSuffix(f.Path, "/"+name) })
	if i < 0 {
		t.Fatalf("no file %s", name)
	}
	return files[i].Data
}

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

var portList = regexp.MustCompile(`\d+(-\d+)?`)

// portsIn parses "135, 445" or "49152-65535 (dynamic)"; nil if there is no number.
func portsIn(t *testing.T, s string) []model.PortRange {
	t.Helper()
	var all []model.PortRange
	for _, one := range portList.FindAllString(s, -1) {
		all = append(all, provetest.Ports(t, one, "-"))
	}
	return all
}

// csvPermits reads the firewall request for programs. Ends that are not hosts have the names
// that people use.
func csvPermits(t *testing.T, data []byte, hosts map[string][]csvHost) permits {
	t.Helper()
	all := make(permits)
	for _, row := range csvRows(t, data) {
		of := func(side string) []csvHost {
			name := row[side]
			if row[side+"_address"] == "group" && len(hosts[name]) < 2 {
				t.Errorf("the hosts of %s are missing", name)
			}
			if known := hosts[name]; known != nil {
				return known
			}
			return []csvHost{{name: name}}
		}
		for _, from := range of("source") {
			for _, to := range of("destination") {
				if from.name != to.name || from.machines != "1" {
					ports := ""
					if row["port_from"] != "" {
						ports = row["port_from"] + "-" + row["port_to"]
					}
					all.add(oneWord(from.name)+" "+oneWord(to.name)+" "+row["transport"], portsIn(t, ports), row["need"] == "optional")
				}
			}
		}
	}
	return all
}

// A csvHost is a host in the firewall request.
type csvHost struct{ name, machines string }

// csvHosts reads which hosts the names in the request stand for.
func csvHosts(t *testing.T, data []byte) map[string][]csvHost {
	t.Helper()
	all := make(map[string][]csvHost)
	for _, row := range csvRows(t, data) {
		if host := (csvHost{row["host"], row["machines"]}); host.name != "" && !slices.Contains(all[row["name"]], host) {
			all[row["name"]] = append(all[row["name"]], host)
		}
	}
	return all
}

// csvRows reads a table as rows of values by column name.
func csvRows(t *testing.T, data []byte) []map[string]string {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var all []map[string]string
	for _, row := range rows[1:] {
		cells := make(map[string]string)
		for i, head := range rows[0] {
			cells[head] = row[i]
		}
		all = append(all, cells)
	}
	return all
}

// pagePermits reads the firewall request for people.
func pagePermits(t *testing.T, d *model.Deployment, data []byte) permits {
	t.Helper()
	all, groups, count := make(permits), make(map[string][]string), make(map[string]int)
	for _, h := range d.Hosts {
		count[h.ID] = h.Count
	}
	type row struct{ number, section, from, to, port string }
	var rows []row
	optionalRows := make(map[string]bool) // of those that are more than ports
	section := ""
	var head []string
	shared := make(map[string]string)
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		if title, ok := strings.CutPrefix(line, "## "); ok {
			section = title
		}
		if _, above, ok := strings.Cut(line, "In every row: "); ok {
			clear(shared)
			for part := range strings.SplitSeq(strings.TrimPrefix(strings.TrimSuffix(above, "."), "**"), "; **") {
				name, words, _ := strings.Cut(part, "** ")
				shared[name] = words
			}
		}
		if !strings.HasPrefix(line, "| ") {
			if line != "" && !strings.Contains(line, "In every row: ") {
				clear(shared)
			}
			head = nil
			continue
		}
		cells := strings.Split(strings.TrimSuffix(strings.TrimPrefix(strings.ReplaceAll(line, "| |", "|  |"), "| "), " |"), " | ")
		if head == nil {
			head = cells
			continue
		}
		if cells[0] == "---" {
			continue
		}
		at := maps.Clone(shared)
		for i, cell := range cells {
			if i < len(head) {
				at[head[i]] = cell
			}
		}
		switch {
		case at["What to do"] != "":
			for n := range strings.SplitSeq(at["No."], ", ") {
				optionalRows[n] = optionalRows[n] || at["What to do"] == "Optional."
			}
		case section == "Groups of hosts":
			groups[at["Group"]] = namesIn(at["Names and addresses"], nil)
		case section != "Reasons":
			rows = append(rows, row{at["No."], section, at["From"], at["To"], at["Port"]})
		}
	}
	for _, r := range rows {
		optional := strings.HasSuffix(strings.ToLower(r.section), "optional") || optionalRows[r.number]
		transport, ports, _ := strings.Cut(r.port, " ")
		for _, from := range namesIn(r.from, groups) {
			for _, to := range namesIn(r.to, groups) {
				if from != to || count[from] > 1 {
					all.add(oneWord(from)+" "+oneWord(to)+" "+strings.ToLower(transport), portsIn(t, ports), optional)
				}
			}
		}
	}
	return all
}

var cellName = regexp.MustCompile(`([^(),][^(]*) \(\d+ hosts\)|([^(),][^(]*) \([^)]*\)|any host`)

// namesIn parses "ums1 (10.1.1.11), desktops1 … desktops4 (4 hosts)".
func namesIn(cell string, groups map[string][]string) []string {
	var all []string
	for _, m := range cellName.FindAllStringSubmatch(cell, -1) {
		switch {
		case m[1] != "":
			all = append(all, groups[strings.TrimSpace(strings.TrimPrefix(m[1], ","))]...)
		case m[2] != "":
			all = append(all, strings.TrimSpace(strings.TrimPrefix(m[2], ",")))
		default:
			all = append(all, m[0])
		}
	}
	return all
}

// partiesOf numbers the parties of diagrams by their ends.
func partiesOf(d *model.Deployment) map[*model.End]string {
	traffic, _ := gen.Sum(d, 40, 0) // like diagrams
	all := make(map[*model.End]string)
	for _, p := range d.Permits {
		for _, e := range slices.Concat(p.From, p.Via, p.To) {
			for i, party := range traffic.Parties {
				if party.Group != nil && e.Host != nil && slices.Contains(party.Group.Hosts, e.Host) ||
					party.End != nil && e.Host == nil && party.End.ID() == e.ID() {
					all[e] = fmt.Sprintf("n%d", i)
				}
			}
		}
	}
	return all
}

var (
	box         = regexp.MustCompile(`^ *(\w+)\W*"(.*)"\W*:::`)
	arrow       = regexp.MustCompile(`^ *(\w+) (-->|-\.->) (\w+)$`)
	boldLine    = regexp.MustCompile(`^<b>(.*?)</b>(.*)$`)
	parentheses = regexp.MustCompile(`\([^)]*\)`)
	ofTransport = regexp.MustCompile(`^((?:TCP|UDP|SCTP)(?:\+(?:TCP|UDP|SCTP))*) (.*)$`)
)

// diagramPermits reads the diagrams of roles, and returns the parties that they are about.
func diagramPermits(t *testing.T, d *model.Deployment) (permits, map[string]bool) {
	t.Helper()
	traffic, _ := gen.Sum(d, 40, 0)
	names := make(map[string]string) // of parties, without spaces
	for i, p := range traffic.Parties {
		name := strings.Join(strings.Fields(p.Name), "")
		if names[name] != "" {
			t.Fatalf("two parties have the name %s", p.Name)
		}
		names[name] = fmt.Sprintf("n%d", i)
	}
	all, subjects := make(permits), make(map[string]bool)
	for _, part := range mermaid.Site(d).Parts {
		boxes := make(map[string]string) // labels of boxes
		subject := ""
		for line := range strings.Lines(part.Diagram) {
			if m := box.FindStringSubmatch(line); m != nil {
				if boxes[m[1]] = m[2]; subject == "" { // the first one
					subject = m[1]
					subjects[subject] = true
				}
			}
			m := arrow.FindStringSubmatch(strings.TrimRight(line, "\n"))
			if m == nil {
				continue
			}
			other := m[1]
			if m[1] == subject {
				other = m[3]
			}
			readBox(boxes[other], names, subject, func(party, transport, ports string, optional bool) {
				key := party + " " + subject
				if m[1] == subject {
					key = subject + " " + party
				}
				all.add(key+" "+transport, portsIn(t, ports), optional || m[2] == "-.->")
			})
		}
	}
	return all, subjects
}

// readBox parses the label of a box: names in bold type, each followed by ports.
func readBox(label string, names map[string]string, subject string, add func(party, transport, ports string, optional bool)) {
	var parties []string
	name, ports := "", ""
	flush := func() {
		ports = parentheses.ReplaceAllString(ports, "")
		always, sometimes, _ := strings.Cut(strings.ReplaceAll(ports, "]", ""), "[")
		for i, list := range []string{always, sometimes} {
			transports := ""
			for item := range strings.SplitSeq(list, ",") {
				item = strings.TrimSpace(item)
				if m := ofTransport.FindStringSubmatch(item); m != nil {
					transports, item = strings.ToLower(m[1]), m[2]
				}
				for transport := range strings.SplitSeq(transports, "+") {
					for _, p := range parties {
						if transport != "" {
							add(p, transport, item, i == 1) // "dynamic" has no number
						}
					}
				}
			}
		}
		parties, name, ports = nil, "", ""
	}
	for line := range strings.SplitSeq(label, "<br/>") {
		m := boldLine.FindStringSubmatch(line)
		if m == nil {
			if !strings.HasSuffix(line, " machines") && line != "<i>one of</i>" {
				ports += " " + line
			}
			continue
		}
		if ports != "" {
			flush()
		}
		name += strings.ReplaceAll(strings.ReplaceAll(m[1], " ", ""), "#8230;", "…")
		switch {
		case names[name] != "":
			parties, name = append(parties, names[name]), ""
		case strings.HasPrefix(name, "another") && names[strings.TrimPrefix(name, "another")] == subject:
			parties, name = append(parties, subject), ""
		}
		ports = m[2]
	}
	flush()
}

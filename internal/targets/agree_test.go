package targets

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/ansible"
	"github.com/portspec/portspec/gen/golang"
	"github.com/portspec/portspec/gen/mermaid"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/resolve"
)

// A permitted thing is what one end may send to another: ports is one port or range,
// "dynamic" or "unknown" for one that nobody knows, "" for a protocol without ports.
// groups is "broadcast" or multicast groups, in place of the other end's addresses.
type permitted struct{ from, to, transport, ports, groups string }

// A permittedSet says of what is permitted whether it is optional: whether every flow that
// needs it is.
type permittedSet map[permitted]bool

func (s permittedSet) add(p permitted, optional bool) {
	before, known := s[p]
	s[p] = optional && (before || !known)
}

// addAll adds each port of a list from each end to each other end. Machines that a
// host counts talk to each other; a machine and itself need no network.
func (s permittedSet) addAll(d *model.Deployment, from, to []string, transport string, ports []string, groups string, optional bool) {
	for _, f := range from {
		for _, t := range to {
			if h := d.Host(f); f == t && h != nil && h.Count == 1 {
				continue
			}
			for _, p := range ports {
				s.add(permitted{f, t, transport, p, groups}, optional)
			}
		}
	}
}

// portsOf lists ranges of a transport.
func portsOf(transport string, ranges []model.PortRange, dynamic bool) []string {
	switch {
	case !model.HasPorts(transport):
		return []string{""}
	case len(ranges) == 0 && dynamic:
		return []string{"dynamic"}
	case len(ranges) == 0:
		return []string{"unknown"}
	}
	var all []string
	for _, r := range ranges {
		all = append(all, r.String())
	}
	return all
}

// resolved is what a resolved site permits, hop by hop.
func resolved(d *model.Deployment) permittedSet {
	ids := func(ends []*model.End) (all []string) {
		for _, e := range ends {
			all = append(all, e.ID())
		}
		return all
	}
	s := make(permittedSet)
	for _, p := range d.Permits {
		for _, leg := range gen.Legs(p) {
			s.addAll(d, ids(leg.From), ids(leg.To), p.Transport, portsOf(p.Transport, p.Ports, p.Dynamic), strings.Join(p.Groups, " "), p.Connection.Flow.Optional)
		}
	}
	return s
}

// called is the ends of a site by what outputs for people call them.
func called(d *model.Deployment) map[string][]string {
	all := make(map[string][]string)
	for _, h := range d.Hosts {
		all[h.ID] = []string{h.ID}
	}
	for _, p := range gen.NewTraffic(d, gen.Alike(d)).Parties {
		all[p.Name] = membersOf(p)
	}
	return all
}

func membersOf(p *gen.Party) (ids []string) {
	if p.Group == nil {
		return []string{p.End.ID()}
	}
	for _, h := range p.Group.Hosts {
		ids = append(ids, h.ID)
	}
	return ids
}

// listed takes the ports of a cell apart: "443, 5000-5010", "49152-65535 dynamic".
func listed(transport, cell string) []string {
	cell = strings.TrimSpace(strings.NewReplacer("(dynamic)", "", " dynamic", "", " or ", ", ").Replace(cell))
	switch {
	case !model.HasPorts(transport):
		return []string{""}
	case cell == "", cell == "not known", cell == "port not documented":
		return []string{"unknown"}
	}
	return strings.FieldsFunc(cell, func(r rune) bool { return r == ',' || r == ' ' })
}

func fileOf(t *testing.T, files []gen.File, name string) string {
	t.Helper()
	i := slices.IndexFunc(files, func(f gen.File) bool { return strings.HasSuffix(f.Path, name) })
	if i < 0 {
		t.Fatalf("no file %s", name)
	}
	return string(files[i].Data)
}

// inCSV is what the request for firewalls permits.
func inCSV(t *testing.T, d *model.Deployment, files []gen.File) permittedSet {
	rows, err := csv.NewReader(strings.NewReader(fileOf(t, files, "firewall-request.csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := make(map[string]int)
	for i, name := range rows[0] {
		at[name] = i
	}
	names, s := called(d), make(permittedSet)
	for _, row := range rows[1:] {
		cell := func(name string) string { return row[at[name]] }
		from, to := names[cell("source")], names[cell("destination")]
		if from == nil || to == nil {
			t.Fatalf("nobody is called %q or %q", cell("source"), cell("destination"))
		}
		groups := ""
		if strings.Contains(cell("condition"), "within one network") {
			groups = "broadcast"
		} else if _, rest, ok := strings.Cut(cell("to_do"), "Multicast to "); ok {
			list, _, _ := strings.Cut(rest, ": routers")
			groups = strings.ReplaceAll(list, ", ", " ")
		}
		s.addAll(d, from, to, cell("transport"), listed(cell("transport"), cell("ports")), groups, cell("need") == "optional")
	}
	return s
}

// inMarkdown is what the pages of hosts say may reach them, or be reached.
func inMarkdown(t *testing.T, d *model.Deployment, files []gen.File, side string) permittedSet {
	link := regexp.MustCompile(`\[[^\]]*\]\(#host-([^)]*)\)`)
	inBrackets := regexp.MustCompile(` \([^)]*\)`)
	names, s := called(d), make(permittedSet)
	alike := make(map[string][]string) // by the first of them
	for _, g := range gen.Alike(d) {
		p := &gen.Party{Group: g}
		alike[g.Hosts[0].ID] = membersOf(p)
	}
	var here []string
	reading := false
	for _, line := range strings.Split(fileOf(t, files, "hosts.md"), "\n") {
		if _, id, ok := strings.Cut(line, `<a id="host-`); ok {
			here, reading = alike[strings.TrimSuffix(id, `"></a>`)], false
			if here == nil {
				t.Fatalf("nobody is at %s", line)
			}
		}
		if strings.HasPrefix(line, "**") {
			reading = strings.HasPrefix(line, "**"+side+"**")
		}
		if !reading || !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| ---") || strings.HasPrefix(line, "| From |") || strings.HasPrefix(line, "| To |") {
			continue
		}
		cells := strings.Split(strings.Trim(html.UnescapeString(line), "| "), " | ")
		var peers []string
		for _, m := range link.FindAllStringSubmatch(cells[0], -1) {
			peers = append(peers, alike[m[1]]...)
		}
		for name := range strings.SplitSeq(inBrackets.ReplaceAllString(link.ReplaceAllString(cells[0], ""), ""), ", ") {
			if name = strings.TrimSpace(name); name == "" {
				continue
			}
			if names[name] == nil {
				t.Fatalf("nobody is called %q", name)
			}
			peers = append(peers, names[name]...)
		}
		transport, ports, _ := strings.Cut(cells[1], " ")
		transport = strings.ToLower(transport)
		groups := ""
		conditions := strings.Split(cells[3], "; ")
		if last := conditions[len(conditions)-1]; last == "broadcast" || strings.HasPrefix(last, "ff0") || strings.HasPrefix(last, "22") || strings.HasPrefix(last, "23") {
			groups = strings.ReplaceAll(last, ", ", " ")
		}
		from, to := peers, here
		if side == "May reach" {
			from, to = here, peers
		}
		s.addAll(d, from, to, transport, listed(transport, ports), groups, slices.Contains(conditions, "optional"))
	}
	return s
}

// inGo is what the table of a package for Go permits, as a program prints it.
func inGo(t *testing.T, sites []*model.Deployment) []permittedSet {
	dir := t.TempDir()
	var main strings.Builder
	main.WriteString("package main\n\nimport (\n\t\"encoding/json\"\n\t\"os\"\n\n")
	for i, d := range sites {
		files, _ := golang.GenerateSite(d)
		for _, f := range files {
			name := filepath.Join(dir, fmt.Sprint("s", i), filepath.Base(f.Path))
			if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name, f.Data, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		fmt.Fprintf(&main, "\ts%d \"example.com/app/s%d\"\n", i, i)
	}
	main.WriteString(")\n\nfunc main() {\n\tjson.NewEncoder(os.Stdout).Encode([]any{")
	for i := range sites {
		fmt.Fprintf(&main, "s%d.Permits(), ", i)
	}
	main.WriteString("})\n}\n")
	for name, text := range map[string]string{"go.mod": "module example.com/app\n\ngo 1.26.0\n", "main.go": main.String()} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("go", "run", ".")
	cmd.Dir = dir
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var tables [][]struct {
		From, To          []string
		Via               [][]string
		Transport         string
		Ports             []struct{ First, Last int }
		Dynamic, Optional bool
		Groups            []string
	}
	if err := json.Unmarshal(out, &tables); err != nil {
		t.Fatal(err)
	}
	var all []permittedSet
	for i, table := range tables {
		s := make(permittedSet)
		for _, p := range table {
			var ranges []model.PortRange
			for _, r := range p.Ports {
				ranges = append(ranges, model.PortRange{From: r.First, To: r.Last})
			}
			for _, ends := range append(p.Via, p.From, p.To) {
				for i := range ends {
					if ends[i] == "*" { // as the package calls any host
						ends[i] = "any"
					}
				}
			}
			from := p.From
			for _, hop := range append(p.Via, p.To) {
				s.addAll(sites[i], from, hop, p.Transport, portsOf(p.Transport, ranges, p.Dynamic), strings.Join(p.Groups, " "), p.Optional)
				from = hop
			}
		}
		all = append(all, s)
	}
	return all
}

// inAnsible is what the variables of hosts permit in a direction, and what they list
// as no rule.
func inAnsible(t *testing.T, d *model.Deployment, files []gen.File, direction string) permittedSet {
	s := make(permittedSet)
	ids := make(map[string]string)
	for _, h := range d.Hosts {
		ids[h.ID] = h.ID
	}
	for _, f := range files {
		if !strings.Contains(f.Path, "_vars/") {
			continue
		}
		type rule struct {
			Direction, Protocol, Delivery string
			Port                          any
			Ports                         []any
			Dynamic, Optional             bool
			Peers, Groups                 []string
		}
		var vars struct {
			Host      struct{ ID string } `yaml:"portspec_host"`
			In        []rule              `yaml:"portspec_inbound"`
			Out       []rule              `yaml:"portspec_outbound"`
			NoRuleFor []rule              `yaml:"portspec_unruled"`
		}
		if err := yaml.Unmarshal(f.Data, &vars); err != nil {
			t.Fatal(err)
		}
		for _, r := range slices.Concat(vars.In, vars.Out, vars.NoRuleFor) {
			if r.Direction != direction {
				continue
			}
			ports := portsOf(r.Protocol, nil, r.Dynamic)
			if r.Port != nil && model.HasPorts(r.Protocol) {
				ports = []string{fmt.Sprint(r.Port)}
			}
			groups := strings.Join(r.Groups, " ")
			if r.Delivery == "broadcast" {
				groups = "broadcast"
			}
			from, to := r.Peers, []string{vars.Host.ID}
			if direction == "out" {
				from, to = to, from
			}
			s.addAll(d, from, to, r.Protocol, ports, groups, r.Optional)
		}
	}
	return s
}

// withoutRule lists the flows, with their products, that hosts' variables have no
// rule for.
func withoutRule(t *testing.T, files []gen.File) []string {
	flows := make(map[string]bool)
	for _, f := range files {
		var vars struct {
			NoRuleFor []struct{ Name string } `yaml:"portspec_unruled"`
		}
		if strings.Contains(f.Path, "_vars/") {
			if err := yaml.Unmarshal(f.Data, &vars); err != nil {
				t.Fatal(err)
			}
		}
		for _, r := range vars.NoRuleFor { // product component in: flow listener transport
			words := strings.Fields(r.Name)
			flows[words[0]+"/"+words[3]] = true
		}
	}
	return slices.Sorted(maps.Keys(flows))
}

// inMermaid is what the arrows of a diagram permit between its boxes, which are called
// by the first of their hosts; false where an arrow does not list all of its ports.
func inMermaid(t *testing.T, d *model.Deployment) (drawn, want permittedSet, whole bool) {
	const mostGroups, mostWays = 30, 100 // as in gen/mermaid
	traffic, _ := gen.Sum(d, mostGroups, mostWays)
	box := make(map[string]string)
	for i, p := range traffic.Parties {
		for _, id := range membersOf(p) {
			box[id] = fmt.Sprintf("n%d", i)
		}
	}
	want = make(permittedSet)
	for p, optional := range resolved(d) {
		p.from, p.to = box[p.from], box[p.to]
		want.add(p, optional)
	}
	files, _ := mermaid.GenerateSite(d)
	arrow := regexp.MustCompile(`^\s*(n\d+) (-->|-\.->|==>)\|"(.*)"\| (n\d+)$`)
	entity := regexp.MustCompile(`#(\d+);`)
	drawn, whole = make(permittedSet), true
	for _, line := range strings.Split(string(files[0].Data), "\n") {
		m := arrow.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		label := entity.ReplaceAllStringFunc(m[3], func(e string) string { return html.UnescapeString("&" + e) })
		label = strings.ReplaceAll(label, "<br/>", " ")
		if strings.Contains(label, " more") {
			whole = false
		}
		label, _, _ = strings.Cut(label, " +")
		for _, part := range strings.Split(mark(label), "\x00") {
			if part = strings.TrimSpace(part); part == "" {
				continue
			}
			optional := m[2] == "-.->" || strings.HasPrefix(part, "[")
			part = strings.Trim(part, "[] ")
			part, _, _ = strings.Cut(part, " during ")
			transports, ports, _ := strings.Cut(part, "/")
			groups := ""
			if before, in, ok := strings.Cut(ports, "("); ok {
				ports, groups = before, strings.TrimSuffix(strings.TrimSpace(in), ")")
			}
			for transport := range strings.SplitSeq(transports, "+") {
				list := listed(transport, strings.TrimPrefix(strings.ReplaceAll(", "+strings.TrimSpace(ports), ", dynamic ", ", "), ", "))
				for _, p := range list {
					drawn.add(permitted{m[1], m[4], transport, p, groups}, optional)
				}
			}
		}
	}
	return drawn, want, whole
}

// mark puts a NUL before each transport of a label, and before the bracket in front of
// it.
func mark(label string) string {
	return regexp.MustCompile(`\[?\b(?:(?:tcp|udp|sctp|icmpv6|icmp)\+)*(?:tcp|udp|sctp|icmpv6|icmp)\b`).ReplaceAllString(label, "\x00$0")
}

func compareSets(t *testing.T, what string, got, want permittedSet) {
	t.Helper()
	var wrong []string
	for p, optional := range want {
		if is, ok := got[p]; !ok {
			wrong = append(wrong, fmt.Sprintf("lacks %+v", p))
		} else if is != optional {
			wrong = append(wrong, fmt.Sprintf("optional is %v of %+v", is, p))
		}
	}
	for p := range got {
		if _, ok := want[p]; !ok {
			wrong = append(wrong, fmt.Sprintf("has %+v", p))
		}
	}
	slices.Sort(wrong)
	if len(wrong) > 0 {
		t.Errorf("%s differs in %d:\n  %s", what, len(wrong), strings.Join(wrong[:min(len(wrong), 12)], "\n  "))
	}
}

// within is what is permitted to hosts of the site, or from them.
func (s permittedSet) within(d *model.Deployment, end func(permitted) string) permittedSet {
	some := make(permittedSet)
	for p, optional := range s {
		if d.Host(end(p)) != nil {
			some[p] = optional
		}
	}
	return some
}

// TestOutputsAgree holds the outputs of a site against each other: whatever reads them,
// the same is permitted. What an output cannot say as a rule it lists apart.
func TestOutputsAgree(t *testing.T) {
	result, err := load.Workspace(t.Context(), "../..")
	if err != nil {
		t.Fatal(err)
	}
	var sites []*model.Deployment
	for _, s := range result.Sites {
		d, _ := resolve.Site(result.Available, s)
		sites = append(sites, d)
	}
	examples := len(sites)
	r := rand.New(rand.NewPCG(3, 5))
	for tries := 0; len(sites) < examples+20 && tries < 500; tries++ {
		d, found := resolve.Site(result.Available, altered(t, result, result.Sites[r.IntN(len(result.Sites))], r))
		if !found.HasErrors() {
			sites = append(sites, d)
		}
	}
	if len(sites) < examples+20 {
		t.Fatalf("%d sites only", len(sites))
	}
	// The shapes of other vendors' tables.
	others, err := load.Workspace(t.Context(), "../../testdata/workspace")
	if err != nil {
		t.Fatal(err)
	}
	for tries := 0; len(sites) < examples+40 && tries < 2000; tries++ {
		d, found := resolve.Site(others.Catalog, invented(others.Catalog.Products[r.IntN(len(others.Catalog.Products))], r))
		if !found.HasErrors() {
			sites = append(sites, d)
		}
	}
	if len(sites) < examples+40 {
		t.Fatalf("%d sites only", len(sites))
	}
	tables := inGo(t, sites)
	counts := make(map[string]int)
	for i, d := range sites {
		t.Run(fmt.Sprint(i, " ", d.Site.ID), func(t *testing.T) {
			want := resolved(d)
			counts["permitted"] += len(want)
			for _, optional := range want {
				if optional {
					counts["optional"]++
				}
			}
			pages, _ := sitePages(d)
			vars, found := ansible.GenerateSite(d)
			compareSets(t, "the firewall request", inCSV(t, d, pages), want)
			compareSets(t, "Go's table", tables[i], want)
			in := want.within(d, func(p permitted) string { return p.to })
			out := want.within(d, func(p permitted) string { return p.from })
			compareSets(t, "inbound on the pages", inMarkdown(t, d, pages, "May be reached by"), in)
			compareSets(t, "outbound on the pages", inMarkdown(t, d, pages, "May reach"), out)
			compareSets(t, "inbound of Ansible", inAnsible(t, d, vars, "in"), in)
			compareSets(t, "outbound of Ansible", inAnsible(t, d, vars, "out"), out)
			for _, flow := range withoutRule(t, vars) {
				product, id, _ := strings.Cut(flow, "/")
				if !slices.ContainsFunc(found, func(f diag.Finding) bool {
					return f.Code == "PS4302" && (strings.Contains(f.Message, flow) || strings.Contains(f.Message, " more: ") || // it counts the fourth and later ones
						strings.Contains(f.Message, "flow "+id+" of "+product))
				}) {
					t.Errorf("Ansible has no rule for %s, and no finding says so: %v", flow, found)
				}
				counts["without rule"]++
			}
			if drawn, boxed, whole := inMermaid(t, d); whole {
				counts["diagrams"]++
				compareSets(t, "the diagram", drawn, boxed)
			}
		})
	}
	t.Logf("%d sites: %d permitted, of which %d are optional, in 6 outputs; %d diagrams list all; %d flows without a rule of Ansible", len(sites), counts["permitted"], counts["optional"], counts["diagrams"], counts["without rule"])
	if counts["optional"] == 0 || counts["diagrams"] == 0 {
		t.Error("nothing is optional, or no diagram is whole")
	}
}

// invented is a site of one product, whose components run on a few hosts at random.
func invented(p *model.Product, r *rand.Rand) *model.Site {
	u := &model.Use{Product: p.ID, Features: make(map[string][]string)}
	for _, f := range p.Features {
		values := f.Values()
		u.Features[f.ID] = []string{values[r.IntN(len(values))]}
	}
	s := &model.Site{ID: "invented", Products: []*model.Use{u}}
	systems := []string{"linux", "windows", ""}
	for i := range 2 + r.IntN(4) {
		h := &model.Host{ID: fmt.Sprint("host", i), Count: 1, OS: systems[r.IntN(3)], Addresses: []string{fmt.Sprint("10.0.", i, ".5")}}
		if r.IntN(4) == 0 {
			h.Count, h.Addresses = 20, []string{fmt.Sprint("10.0.", i, ".0/24")}
		}
		for _, c := range p.Components {
			if r.IntN(3) == 0 {
				h.Runs = append(h.Runs, model.PlaceOf(p.ID, c.ID))
			}
		}
		s.Hosts = append(s.Hosts, h)
	}
	return s
}

// altered is a site with random edits: components that run elsewhere or not at all,
// other features and ports, more machines.
func altered(t *testing.T, result *load.Result, site *model.Site, r *rand.Rand) *model.Site {
	t.Helper()
	data, err := json.Marshal(site)
	if err != nil {
		t.Fatal(err)
	}
	var s model.Site
	if err := json.Unmarshal(data, &s); err != nil {
		t.Fatal(err)
	}
	s.Positions = site.Positions
	for _, u := range s.Products {
		p := result.Available.Product(u.Product)
		if u.Features == nil {
			u.Features = make(map[string][]string)
		}
		for _, f := range p.Features {
			if values := f.Values(); r.IntN(6) == 0 {
				u.Features[f.ID] = []string{values[r.IntN(len(values))]}
			}
		}
	}
	for range 1 + r.IntN(4) {
		h := s.Hosts[r.IntN(len(s.Hosts))]
		if len(h.Runs) < 2 {
			continue
		}
		i := r.IntN(len(h.Runs))
		moved := h.Runs[i]
		h.Runs = slices.Delete(slices.Clone(h.Runs), i, i+1)
		if to := s.Hosts[r.IntN(len(s.Hosts))]; r.IntN(2) == 0 && to != h && !slices.Contains(to.Runs, moved) {
			to.Runs = append(slices.Clone(to.Runs), moved)
		}
	}
	return &s
}

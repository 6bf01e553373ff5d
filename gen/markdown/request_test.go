package markdown

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen/markdown/inline/inlinetest"
	"github.com/portspec/portspec/internal/cache"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy/policytest"
	"github.com/portspec/portspec/internal/screen"
)

var oneParty = regexp.MustCompile(`(any host|[^,()]+(?: \(ICG\))?) ?\(?([^()]*)\)?(?:, |$)`)

// A ruleRead is a row of a request as readers see it, with the reasons for its number.
type ruleRead struct {
	section, number  string
	from, to         []string
	zones            [2]string
	transport, ports string
	todo             string
	reasons          []reasonRead
}

type reasonRead struct{ transport, ports, purpose, only, rests string }

// readRequest reads a request back.
func readRequest(page document) []*ruleRead {
	groups := make(map[string][]string)
	var all []*ruleRead
	byNumber := make(map[string]*ruleRead)
	for _, table := range page.tables() {
		for _, row := range table.rows {
			if row["Names and addresses"].words != "" {
				groups[row["Group"].words] = parties(row["Names and addresses"].words, nil)
			}
		}
	}
	for _, table := range page.tables() {
		for _, row := range table.rows {
			port := row["Port"].words
			transport := transportNames.FindString(port)
			ports := strings.TrimSpace(strings.TrimPrefix(port, transport))
			number := row["No."].words
			if todo := row["What to do"].words; todo != "" {
				for n := range strings.SplitSeq(number, ", ") {
					byNumber[n].todo = strings.TrimSpace(byNumber[n].todo + " " + todo)
				}
				continue
			}
			if rests := row["Flows and rows"].words; rests != "" {
				r := byNumber[number]
				r.reasons = append(r.reasons, reasonRead{transport, ports, row["Purpose"].words, row["Only"].words, rests})
				continue
			}
			if number == "" {
				continue
			}
			r := &ruleRead{
				section: table.anchor, number: number, from: parties(row["From"].words, groups), to: parties(row["To"].words, groups),
				zones: [2]string{row["From zone"].words, row["To zone"].words}, transport: transport, ports: ports,
			}
			if zone := row["Zone"].words; zone != "" {
				r.zones = [2]string{zone, zone}
			}
			all = append(all, r)
			byNumber[number] = r
		}
	}
	return all
}

// The page has each permit in exactly one row for each pair of hosts, with the purpose and
// the citations for its number, and rows contain nothing else.
func TestRequestPage(t *testing.T) {
	for name, d := range deployments(t) {
		rules := readRequest(parse(fileOf(t, generateSite(t, d), "firewall-request.md")))
		pairs := 0
		type held struct{ from, to, row string }
		found := make(map[held]bool)
		bySide := make(map[string][]*ruleRead) // by "source>destination"
		for i, r := range rules {
			if want := fmt.Sprint(i + 1); r.number != want {
				t.Errorf("%s: row %s where %s would be next", name, r.number, want)
			}
			for _, from := range r.from {
				for _, to := range r.to {
					bySide[from+">"+to] = append(bySide[from+">"+to], r)
				}
			}
		}
		for _, p := range pairings(d) {
			pairs++
			side := p.name(p.from) + ">" + p.name(p.to)
			var in []*ruleRead
			var why []reasonRead
			for _, r := range bySide[side] {
				if r.transport != transportText(p.transport) || !hasPorts(r.ports, p) {
					continue
				}
				for _, x := range r.reasons {
					if x.transport == r.transport && hasPorts(x.ports, p) && strings.Contains(x.purpose, p.permit.Connection.Flow.Purpose) {
						in, why = append(in, r), append(why, x)
						found[held{p.name(p.from), p.name(p.to), r.number}] = true
					}
				}
			}
			if len(in) != 1 {
				t.Errorf("%s: %s %s %s %q is in %d rows: %v", name, side, p.transport, p.ports, p.permit.Connection.Flow.Purpose, len(in), bySide[side])
				continue
			}
			if zones := [2]string{endZone(p.from), endZone(p.to)}; in[0].zones != zones {
				t.Errorf("%s: row %s has zones %q, not %q", name, in[0].number, in[0].zones, zones)
			}
			if inside := strings.HasPrefix(in[0].section, "inside"); inside && endZone(p.from) != endZone(p.to) {
				t.Errorf("%s: row %s is not inside a network: %s", name, in[0].number, side)
			} else if !inside && in[0].section != "words" && endZone(p.from) == endZone(p.to) && endZone(p.from) != "" {
				t.Errorf("%s: row %s stays inside a network: %s", name, in[0].number, side)
			}
			for _, cite := range p.permit.Connection.Flow.Cite {
				if !strings.Contains(why[0].rests, strings.TrimPrefix(cite, p.permit.Connection.Product.ID+"/")) {
					t.Errorf("%s: row %s lacks %s", name, in[0].number, cite)
				}
			}
		}
		single := make(map[string]bool)
		for _, h := range d.Hosts {
			single[h.ID] = h.Count == 1
		}
		for side, list := range bySide {
			from, to, _ := strings.Cut(side, ">")
			for _, r := range list {
				if !(from == to && single[from]) && !found[held{from, to, r.number}] {
					t.Errorf("%s: row %s has the surplus %s", name, r.number, side)
				}
			}
		}
		if name != "empty" && pairs == 0 {
			t.Errorf("%s: empty request", name)
		}
	}
}

// endZone returns the zone of an end.
func endZone(e *model.End) string {
	if e.Host != nil {
		return e.Host.NetZone
	}
	return e.NetZone
}

func transportText(name string) string {
	if name == "esp" {
		return "IP 50 (ESP)"
	}
	return strings.ToUpper(name)
}

// hasPorts reports whether a cell has all the ports of a permit.
func hasPorts(cell string, p pairing) bool {
	want := strings.Split(p.ports, ", ")
	switch {
	case p.permit.Dynamic && p.ports == "":
		want = []string{"dynamic"}
	case p.transport == "icmp":
		want = []string{"type 8"}
	case p.ports == "" && model.HasPorts(p.transport):
		want = []string{"not known"}
	case p.ports == "":
		want = []string{""}
	}
	have := strings.Split(strings.TrimSuffix(cell, " (dynamic)"), ", ")
	return p.permit.Dynamic == strings.Contains(cell, "dynamic") &&
		!slices.ContainsFunc(want, func(w string) bool { return !slices.Contains(have, w) })
}

// parties reads one side of a line: names with addresses in brackets, or the
// names of groups.
func parties(cell string, groups map[string][]string) []string {
	var all []string
	for _, m := range oneParty.FindAllStringSubmatch(cell, -1) {
		name := strings.TrimSpace(m[1])
		if members, ok := groups[name]; ok {
			all = append(all, members...)
		} else {
			all = append(all, name)
		}
	}
	return all
}

// What is more than a rule for ports is explained in words.
func TestRequestInWords(t *testing.T) {
	page := parse(fileOf(t, generateSite(t, permitShapes()), "firewall-request.md"))
	got := make(map[string][]string)
	for _, r := range readRequest(page) {
		for _, x := range r.reasons {
			got[x.purpose] = append(got[x.purpose], strings.Join(slices.DeleteFunc([]string{x.only, r.todo}, func(s string) bool { return s == "" }), " / "))
		}
	}
	for purpose, want := range map[string]string{
		"Does plain; Does same (optional)": "",
		"Does group":                       "only during installation",
		"Does dynamic":                     "one port of the range, chosen at run time",
		"Does source":                      "from port 68; IPv4 only",
		"Does fixed":                       "one of the ports and transports of flow fixed is enough",
		"Does zone":                        "only where plain does not work",
		"Does unranged":                    "The port is chosen at run time, and no range is known.",
		"Does unnamed":                     "The vendor does not name the port.",
		"Does broadcast":                   "within one network / Broadcast: routers do not pass it on, and a rule between networks has no effect.",
		"Does multicast":                   "Optional. Multicast to 224.0.0.251, ff02::fb:",
		"Does reply (the answer)":          "",
		"Does back (the other way)":        "",
		"Does via (through Gate)":          "",
	} {
		if !slices.ContainsFunc(got[purpose], func(s string) bool { return strings.HasPrefix(s, want) }) {
			t.Errorf("%s: %q, want %q", purpose, got[purpose], want)
		}
	}
}

// hostileSites returns a function that returns an example site with each text replaced. Each has
// a workspace of its own, from a cache, because it is changed.
func hostileSites(t *testing.T) func(replace func(int) string) *model.Deployment {
	t.Helper()
	loader := load.Loader{Cache: cache.Open(t.TempDir(), cache.Limit, nil)}
	return func(replace func(int) string) *model.Deployment {
		t.Helper()
		r, err := loader.Workspace(t.Context(), "../..")
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		next := func(string) string { n++; return replace(n) }
		c := rewrite(r.Available, func(s string) string {
			if strings.HasPrefix(s, "6.") || strings.HasPrefix(s, "12.") {
				return s // releases are compared
			}
			return next(s)
		})
		s := r.Sites[1]
		s.Name, s.Description = next(""), next("")
		s.Zones = []*model.NetworkZone{{ID: "z", Name: next("")}}
		for _, h := range s.Hosts {
			h.Name, h.OSVersion = next(""), "10"
			h.Names = []string{next("")}
		}
		s.Hosts[0].Zone, s.Hosts[1].Addresses = "z", nil
		for _, l := range s.Services {
			l.Names, l.Addresses = []string{next("")}, nil
		}
		return policytest.Resolved(t, c, s)
	}
}

// Whatever the texts of a site and its products, its pages have the same structure,
// and the CSV has the same number of rows and no formula.
func TestHostileSite(t *testing.T) {
	hostileSite := hostileSites(t)
	tame := generateSite(t, hostileSite(func(i int) string { return fmt.Sprintf("text%d", i) }))
	rows := func(data []byte) [][]string {
		all, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	for shift := 0; shift < len(inlinetest.Hostile); shift += 5 {
		for i, f := range generateSite(t, hostileSite(func(i int) string { return inlinetest.Hostile[(i+shift)%len(inlinetest.Hostile)] })) {
			if strings.HasSuffix(f.Path, ".xlsx") {
				continue // see TestRequestXLSX
			}
			for _, r := range string(f.Data) {
				if r != '\n' && r != '\r' && r != ' ' && screen.Hidden(r) && r != '\u200d' {
					t.Errorf("%s: %U", f.Path, r)
				}
			}
			if strings.HasSuffix(f.Path, ".csv") {
				got, want := rows(f.Data), rows(tame[i].Data)
				if len(got) != len(want) {
					t.Errorf("%d rows, want %d", len(got), len(want))
				}
				for _, row := range got {
					for _, cell := range row {
						if cell != "" && strings.ContainsRune("=+-@", rune(cell[0])) || strings.ContainsAny(cell, "\r\n\t") {
							t.Errorf("cell %q", cell)
						}
					}
				}
				continue
			}
			got, want := skeleton(f.Data), skeleton(tame[i].Data)
			for j := range max(len(got), len(want)) {
				if at(got, j) != at(want, j) {
					t.Fatalf("%s, shift %d, block %d: got\n%.2000s\nwant\n%.2000s", f.Path, shift, j, at(got, j), at(want, j))
				}
			}
		}
	}
}

package markdown

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/screen"
)

var (
	requestHead = []string{"No.", "Source", "Destination", "Transport", "Port", "Purpose", "Condition", "Rests on"}
	wordedHead  = []string{"No.", "Source", "Destination", "Transport", "Port", "Purpose", "Condition", "What to do", "Rests on"}
	oneParty    = regexp.MustCompile(`(any host|[^,()]+(?: \(ICG\))?) ?\(?([^()]*)\)?(?:, |$)`)
)

// Read back, the page has every permit in exactly one line for each pair of
// hosts, and lines hold nothing else.
func TestRequestPage(t *testing.T) {
	for name, d := range deployments(t) {
		page := parse(fileOf(t, generateSite(t, d), "firewall-request.md"))
		groups := make(map[string][]string)
		for _, row := range page.rowsOf("Group", "Hosts", "Zone", "Names and addresses") {
			groups[row[0]] = parties(row[3], nil)
		}
		rows := append(page.rowsOf(requestHead...), page.rowsOf(wordedHead...)...)
		pairs := 0
		type held struct{ from, to, row string }
		found := make(map[held]bool)
		bySide := make(map[string][][]string) // by "source>destination"
		for _, row := range rows {
			for _, from := range parties(row[1], groups) {
				for _, to := range parties(row[2], groups) {
					bySide[from+">"+to] = append(bySide[from+">"+to], row)
				}
			}
		}
		for _, p := range pairings(d) {
			pairs++
			side := p.name(p.from) + ">" + p.name(p.to)
			var in [][]string
			for _, row := range bySide[side] {
				if row[3] == transportText(p.transport) && holdsPorts(row[4], p) && strings.Contains(row[5], p.permit.Connection.Flow.Purpose) {
					in = append(in, row)
					found[held{p.name(p.from), p.name(p.to), row[0]}] = true
				}
			}
			if len(in) != 1 {
				t.Errorf("%s: %s %s %s %q is in %d lines: %q", name, side, p.transport, p.ports, p.permit.Connection.Flow.Purpose, len(in), bySide[side])
				continue
			}
			for _, cite := range p.permit.Connection.Flow.Cite {
				if !strings.Contains(in[0][len(in[0])-1], cite) {
					t.Errorf("%s: line %s lacks %s", name, in[0][0], cite)
				}
			}
		}
		single := make(map[string]bool)
		for _, h := range d.Hosts {
			single[h.ID] = h.Count == 1
		}
		for side, list := range bySide {
			from, to, _ := strings.Cut(side, ">")
			for _, row := range list {
				if !(from == to && single[from]) && !found[held{from, to, row[0]}] {
					t.Errorf("%s: line %s invents %s", name, row[0], side)
				}
			}
		}
		if name != "empty" && pairs == 0 {
			t.Errorf("%s: nothing to ask for", name)
		}
	}
}

func transportText(name string) string {
	if name == "esp" {
		return "IP 50 (ESP)"
	}
	return strings.ToUpper(name)
}

// holdsPorts reports whether a cell has all the ports of a permit.
func holdsPorts(cell string, p pairing) bool {
	want := strings.Split(p.ports, ", ")
	switch {
	case p.permit.Dynamic && p.ports == "":
		want = []string{"dynamic"}
	case p.transport == "icmp":
		want = []string{"type 8"}
	case p.ports == "" && model.HasPorts(p.transport):
		want = []string{"not known"}
	case p.ports == "":
		want = []string{"–"}
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

// What is more than a rule about ports is said in words.
func TestRequestInWords(t *testing.T) {
	page := parse(fileOf(t, generateSite(t, permitShapes()), "firewall-request.md"))
	got := make(map[string][]string)
	for _, row := range append(page.rowsOf(requestHead...), page.rowsOf(wordedHead...)...) {
		got[row[5]] = append(got[row[5]], strings.Join(row[6:len(row)-1], " / "))
	}
	for purpose, want := range map[string]string{
		"Does plain; Does same (optional)": "–",
		"Does group":                       "only during installation",
		"Does dynamic":                     "one port of the range, taken at run time",
		"Does source":                      "from port 68; IPv4 only",
		"Does fixed":                       "one of the ports and transports of flow fixed is enough",
		"Does zone":                        "only where plain does not work",
		"Does unranged":                    "required / The port is taken at run time and no range is known.",
		"Does unnamed":                     "required / The vendor does not name the port.",
		"Does broadcast":                   "required; within one network / Broadcast: routers do not pass it on, and a rule between networks does nothing.",
		"Does multicast":                   "optional / Multicast to 224.0.0.251, ff02::fb:",
		"Does reply (the answer)":          "–",
		"Does back (the other way)":        "–",
		"Does via (through Gate)":          "–",
	} {
		if !slices.ContainsFunc(got[purpose], func(s string) bool { return strings.HasPrefix(s, want) }) {
			t.Errorf("%s: %q, want %q", purpose, got[purpose], want)
		}
	}
}

// hostileSite is an example site with other texts wherever there is one.
func hostileSite(t *testing.T, replace func(int) string) *model.Deployment {
	t.Helper()
	r := workspace(t)
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
	return resolved(t, c, s)
}

// Whatever texts a site and its products hold, its pages are built alike, and
// the CSV has as many rows and no formula.
func TestHostileSite(t *testing.T) {
	tame := generateSite(t, hostileSite(t, func(i int) string { return fmt.Sprintf("text%d", i) }))
	rows := func(data []byte) [][]string {
		all, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	for shift := 0; shift < len(hostileTexts); shift += 5 {
		for i, f := range generateSite(t, hostileSite(t, func(i int) string { return hostileTexts[(i+shift)%len(hostileTexts)] })) {
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

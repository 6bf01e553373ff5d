package markdown

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/markdown/inline"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy/policytest"
)

// The page of each host has all of its sockets and permits, each with all of its reasons, and
// no others.
func TestHostPages(t *testing.T) {
	for name, d := range deployments(t) {
		pages := pagesOf(generateSite(t, d))
		s := &siteView{Deployment: d}
		alike := gen.Alike(d)
		for _, g := range alike {
			page, ok := pages[s.hostPath(g)]
			if !ok {
				t.Errorf("%s: no page of %s", name, g.Names())
				continue
			}
			reasons := make(map[string]string)
			for _, row := range page.below("reasons", "No.", "Reason", "Rows") {
				if text := strings.Join(row[1:], " "); reasons[row[0]] == "" {
					reasons[row[0]] = text
				} else {
					t.Errorf("%s: %s: duplicate reason %s", name, g.Names(), row[0])
				}
			}
			used := make(map[string]bool)
			why := func(cell string, want []model.Reason, flow string) {
				t.Helper()
				numbers := strings.Split(cell, ", ")
				for i, r := range want {
					words := r.Kind + ": " + inline.Visible(r.Text) + " "
					if i == 0 && flow != "" {
						words = r.Kind + ": flow " + flow + " "
					}
					n := slices.IndexFunc(numbers, func(n string) bool {
						return strings.HasPrefix(reasons[n]+" ", words) && !slices.ContainsFunc(r.Cite, func(row string) bool { return !strings.Contains(reasons[n], row) })
					})
					if n < 0 {
						t.Errorf("%s: %s: no %q among %s", name, g.Names(), words, cell)
						continue
					}
					used[numbers[n]] = true
				}
			}
			sockets := page.below("listens-on", "Port", "Listener", "Why")
			if len(sockets) != len(g.Hosts[0].Sockets) {
				t.Fatalf("%s: %s: %d sockets instead of %d", name, g.Names(), len(sockets), len(g.Hosts[0].Sockets))
			}
			for i, l := range g.Hosts[0].Sockets {
				if row := sockets[i]; !strings.HasPrefix(row[0], transportText(l.Transport)) || !strings.Contains(row[0], model.FormatPorts(l.Ports)) || row[1] != l.Listener.ID {
					t.Errorf("%s: %s: socket %q, want %s %v of %s", name, g.Names(), row, l.Transport, l.Ports, l.Listener.ID)
				}
				why(sockets[i][2], l.Why, "")
			}
			for _, side := range []string{"inbound", "outbound"} {
				rows := page.below(side, "Port", "Purpose", "Why", map[string]string{"inbound": "From", "outbound": "To"}[side])
				found := make(map[string]bool)
				for _, p := range pairings(d) {
					here, peer := p.to, p.from
					if side == "outbound" {
						here, peer = p.from, p.to
					}
					var other string
					for _, g := range alike {
						if peer.Host != nil && slices.Contains(g.Hosts, peer.Host) {
							other = g.Names()
						}
					}
					if peer.Host == nil {
						other = strings.TrimSuffix(p.name(peer), " ")
					}
					if here.Host == nil || !slices.Contains(g.Hosts, here.Host) {
						continue
					}
					n := 0
					for _, row := range rows {
						transport := transportNames.FindString(row[0])
						if transport == transportText(p.transport) && hasPorts(strings.TrimSpace(strings.TrimPrefix(row[0], transport)), p) && strings.Contains(row[1], p.permit.Connection.Flow.Purpose) && strings.Contains(row[3], other) {
							n++
							found[fmt.Sprint(row)] = true
							why(row[2], p.permit.Why, p.permit.Connection.Flow.ID)
						}
					}
					if n == 0 {
						t.Errorf("%s: %s: %s has no %s %s %q", name, g.Names(), side, p.transport, p.ports, p.permit.Connection.Flow.Purpose)
					}
				}
				for _, row := range rows {
					if !found[fmt.Sprint(row)] {
						t.Errorf("%s: %s: %s has the surplus row %q", name, g.Names(), side, row)
					}
				}
			}
			for n := range reasons {
				if !used[n] && !slices.ContainsFunc(page.below("inside-the-host", "Why"), func(row []string) bool { return slices.Contains(strings.Split(row[0], ", "), n) }) {
					t.Errorf("%s: %s: no row has reason %s: %s", name, g.Names(), n, reasons[n])
				}
			}
		}
	}
}

// If the pages of products are generated as well, those of a site link to their components,
// flows and rows, and to those of older releases.
func TestSiteLinksToProducts(t *testing.T) {
	r := workspace(t)
	pages := pagesOf(generate(t, r.Available))
	for _, site := range r.Sites {
		d := policytest.Resolved(t, r.Available, site)
		files, _ := Options{}.GenerateSite(d, r.Available, func(*model.Deployment) *gen.Diagrams { return nil })
		all := pagesOf(files)
		for at, page := range pages {
			all[at] = page
		}
		for _, f := range files {
			if !strings.HasSuffix(f.Path, ".md") {
				all[f.Path] = document{}
			}
		}
		counts := make(map[string]int)
		for at, page := range all {
			if !strings.HasPrefix(at, "sites/") || page.root == nil {
				continue
			}
			for _, dest := range page.destinations(page.root) {
				for _, part := range []string{"component-", "flows.md#flow-", "sources.md#row-"} {
					if strings.Contains(dest, part) {
						counts[part]++
					}
				}
			}
		}
		if len(counts) < 3 {
			t.Errorf("%s: only links to %v", site.ID, counts)
		}
		siteOnly := make(map[string]document)
		for at, page := range all {
			if page.root == nil {
				page = parse(nil)
			}
			siteOnly[at] = page
		}
		deadLinks(t, siteOnly, webAddresses(r.Available))
	}
}

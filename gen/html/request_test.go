package html

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/request"
	"github.com/portspec/portspec/internal/model"
)

// wordsOf returns the text below a node, with single spaces.
func wordsOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// cellsByID returns the texts of the cells of all table rows with an id.
func cellsByID(p parsedPage) map[string][]string {
	all := make(map[string][]string)
	for n := range p.body.Descendants() {
		if n.Data != "tr" {
			continue
		}
		for _, a := range n.Attr {
			if a.Key != "id" {
				continue
			}
			for c := range n.ChildNodes() {
				all[a.Val] = append(all[a.Val], wordsOf(c))
			}
		}
	}
	return all
}

// TestFirewallRequest tests that the request of each site has all of its permits, and the
// tables beside its page. Each row must have the addresses of both sides, the ports, and who is
// responsible for it.
func TestFirewallRequest(t *testing.T) {
	rows, owned, permits := 0, 0, 0
	for name, w := range worlds(t) {
		files := w.made(t)
		for _, d := range w.sites {
			path := siteFolder(d.Site.ID) + requestName
			r := request.New(d)
			data, ok := files[path]
			if ok != (len(r.Sections) > 0) {
				t.Errorf("%s: there is a page: %v", path, ok)
			}
			for _, f := range r.Files(siteFolder(d.Site.ID)) {
				if data, there := files[f.Path]; there != ok || ok && !bytes.Equal(data, f.Data) {
					t.Errorf("%s is not the table beside the page", f.Path)
				}
			}
			if !ok {
				if overview := files[siteFolder(d.Site.ID)+overviewName]; !bytes.Contains(overview, []byte("Nothing crosses the network.")) {
					t.Errorf("%s: the site does not say that there is nothing to request", name)
				}
				continue
			}
			page := parse(t, path, data)
			words := wordsOf(page.body)
			for _, p := range d.Permits {
				permits++
				if want := strings.Join(strings.Fields(gen.Visible(p.Connection.Flow.Purpose)), " "); !strings.Contains(words, want) {
					t.Errorf("%s does not have %q", path, want)
				}
			}
			cells := cellsByID(page)
			for _, part := range r.Sections {
				for i, x := range part.Rows {
					rows++
					got := cells[fmt.Sprint("row-", part.First+i)]
					line := strings.Join(got, " ")
					var want []string
					for _, party := range slices.Concat(x.From, x.To) {
						if party.Group != nil && !request.IsGroup(party) {
							for _, h := range party.Group.Hosts {
								want = append(append(want, h.ID), h.Addresses...)
							}
						}
					}
					if len(x.Ports) > 0 {
						want = append(want, model.FormatPorts(x.Ports))
					}
					for _, known := range [][]string{x.Record.Owners, x.Record.Tickets, x.Record.Until} {
						owned += len(known)
						want = append(want, known...)
					}
					for _, text := range want {
						if !strings.Contains(line, text) {
							t.Errorf("%s %s: row %d %q lacks %q", name, path, part.First+i, got, text)
						}
					}
				}
			}
		}
	}
	if rows < 50 || owned == 0 || permits < 100 {
		t.Errorf("%d rows, %d values of records, %d permits", rows, owned, permits)
	}
}

// TestTranslations tests that the request lists the addresses that are translated.
func TestTranslations(t *testing.T) {
	w := worlds(t)["products"]
	d := *w.sites[0]
	s := *d.Site
	s.NAT = []*model.Translation{
		{ID: "servers", Addresses: []string{"10.1.1.0/24"}, SeenAs: []string{"192.0.2.0/24"}, Zones: []string{"north"}},
		{ID: "branch", Addresses: []string{"10.16.0.0/12"}, SeenAs: []string{"198.51.100.7"}, Zones: []string{"data-centre"}, Hides: true},
	}
	d.Site = &s
	made := world{w.catalog, []*model.Deployment{&d}}.made(t)
	cells := cellsByID(parse(t, "request", made[siteFolder(s.ID)+requestName]))
	for id, want := range map[string][]string{
		"translated-servers": {"10.1.1.0/24", "192.0.2.0/24", "North campus", "each has its own"},
		"translated-branch":  {"10.16.0.0/12", "198.51.100.7", "Data centre", "all share it, and only they can open connections"},
	} {
		if got := cells[id]; !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
}

// TestRecords tests that pages of hosts tell who is responsible for a permit.
func TestRecords(t *testing.T) {
	files := worlds(t)["products"].made(t)
	if page := parse(t, "host", files["sites/ha/host-sql.html"]); !strings.Contains(wordsOf(page.body), "igel-ums/database-sql-server : Databases, NET-1207") {
		t.Errorf("the host does not name the owner: %s", wordsOf(page.body))
	}
}

// TestStacked tests that cells of tables without fixed columns have the words of the head,
// without its elements.
func TestStacked(t *testing.T) {
	p := newPage("x.html", "x")
	p.table(table{title: "t", head: []hyper{"A", `<a href="b.html">B &gt; &#34;C&#34;</a>`, "D", "E"}, rows: []row{{cells: []hyper{"1", "2", "", "4"}}, {cells: []hyper{"5", "6", "", ""}}}})
	if got := p.content().String(); !strings.Contains(got, `class="stack"`) || !strings.Contains(got, `<tr><td>1</td><td data-label="B &gt; &#34;C&#34;">2</td><td data-label="E">4</td></tr>`) || !strings.Contains(got, "6</td><td></td></tr>") {
		t.Error(got)
	}
	p = newPage("x.html", "x")
	p.table(table{title: "t", head: []hyper{"A", "B"}, rows: []row{{cells: []hyper{"1", "2"}}}})
	if got := p.content().String(); strings.Contains(got, "data-label") {
		t.Error("a narrow table has words of the head in its cells: ", got)
	}
}

package mermaid

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/readers"
	"github.com/portspec/portspec/internal/resolve"
)

// deployments are the example sites, sites of 200 hosts that are alike and that
// are not, and one with hostile texts.
func deployments(t *testing.T) map[string]*model.Deployment {
	t.Helper()
	all := make(map[string]*model.Deployment)
	add := func(r *load.Result, name string, s *model.Site) {
		d, found := resolve.Site(r.Available, s)
		if found.HasErrors() {
			t.Fatal(found)
		}
		all[name] = d
	}
	r := workspace(t)
	for _, s := range r.Sites {
		add(r, s.ID, s)
	}
	if len(all) < 3 {
		t.Fatalf("%d example sites", len(all))
	}
	add(r, "alike", large(func(i int) []model.Place {
		return []model.Place{[]model.Place{"profileunity/server", "profileunity/home-share", "profileunity/desktop"}[min(i/10, 2)]}
	}))
	// Each runs something else.
	places := []model.Place{
		"profileunity/desktop", "profileunity/server", "profileunity/home-share", "profileunity/vhd-share",
		"igel-ums/ums-console", "igel-ums/ums-web-app", "shopping/client", "shopping/browser",
	}
	add(r, "various", large(func(i int) []model.Place {
		var runs []model.Place
		for bit, at := range places {
			if (i+1)>>bit&1 == 1 {
				runs = append(runs, at)
			}
		}
		return runs
	}))
	// A second catalogue, as this one is written over.
	evil := workspace(t)
	n := 0
	next := func() string { n++; return hostileTexts[n%len(hostileTexts)] }
	for _, p := range evil.Available.Products {
		p.Name = next()
		for _, c := range p.Components {
			c.Name = next()
			if c.At != nil {
				c.At.Names = []string{next()}
			}
		}
	}
	s := evil.Sites[0]
	s.Name = next()
	for _, z := range s.Zones {
		z.Name, z.Networks = next(), append(z.Networks, next())
	}
	for _, h := range s.Hosts {
		h.Name, h.Addresses = next(), append([]string{next()}, h.Addresses...)
	}
	add(evil, "hostile", s)
	return all
}

func workspace(t *testing.T) *load.Result {
	t.Helper()
	r, err := load.Workspace(t.Context(), "../..")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// large is 200 hosts in three zones.
func large(runs func(int) []model.Place) *model.Site {
	s := &model.Site{ID: "large", Zones: []*model.NetworkZone{{ID: "a"}, {ID: "b"}, {ID: "c", Networks: []string{"10.9.0.0/16"}}}}
	for i := range 200 {
		s.Hosts = append(s.Hosts, &model.Host{
			ID: fmt.Sprintf("host%d", i), OS: "windows", Count: 1, Zone: string(rune('a' + i%3)),
			Addresses: []string{fmt.Sprintf("10.0.%d.%d", i/100, i%100+1)}, Runs: runs(i),
		})
	}
	return s
}

func siteFile(t *testing.T, d *model.Deployment) string {
	t.Helper()
	files, findings := GenerateSite(d)
	if len(files) != 1 || len(findings) > 0 {
		t.Fatalf("%d files, findings: %v", len(files), findings)
	}
	if want := "sites/" + d.Site.ID + "/hosts.mmd"; files[0].Path != want {
		t.Errorf("%s, want %s", files[0].Path, want)
	}
	if string(files[0].Data) != Site(d) {
		t.Error("the file is not what Site returns")
	}
	return string(files[0].Data)
}

func TestMermaidParsesSites(t *testing.T) {
	dir := t.TempDir()
	var names []string
	for name, d := range deployments(t) {
		names = append(names, write(t, filepath.Join(dir, name+".mmd"), siteFile(t, d)))
	}
	readers.Node(t, dir, "mermaid-parse.mjs", names...)
}

// A site of hundreds of hosts has no more boxes and arrows than a page holds.
func TestLargeSitesStayReadable(t *testing.T) {
	for name, d := range deployments(t) {
		file := siteFile(t, d)
		boxes, arrows := strings.Count(file, ":::")-1, strings.Count(file, "|\"")
		if boxes > mostGroups+15 || arrows > mostWays {
			t.Errorf("%s: %d boxes, %d arrows", name, boxes, arrows)
		}
	}
	all := deployments(t)
	alike := siteFile(t, all["alike"])
	for _, want := range []string{"host0 #8230; host9<br/>4 hosts<br/>ProfileUnity Server", "host20 #8230; host197<br/>60 hosts<br/>"} {
		if !strings.Contains(alike, want) {
			t.Errorf("no %q in\n%s", want, alike)
		}
	}
	if file := siteFile(t, all["various"]); !strings.Contains(file, "hosts of a zone") {
		t.Errorf("the legend does not say how hosts are taken together:\n%s", file)
	}
}

// Every permit is in the arrow between the boxes of its hosts, up to the number
// of ports that an arrow lists, and there is no arrow without one.
func TestSiteShowsEveryPermit(t *testing.T) {
	for name, d := range deployments(t) {
		traffic, _ := gen.Sum(d, mostGroups, mostWays)
		box := make(map[*model.Deployed]string)
		for i, p := range traffic.Parties {
			if p.Group != nil {
				for _, h := range p.Group.Hosts {
					box[h] = fmt.Sprintf("n%d", i)
				}
			}
		}
		labels := make(map[string]string)
		for _, line := range strings.Split(siteFile(t, d), "\n") {
			if m := arrowLine.FindStringSubmatch(line); m != nil {
				labels[m[1]+">"+m[4]] = decode(strings.ReplaceAll(m[3], lineBreak, " "))
			}
		}
		used := make(map[string]bool)
		for _, p := range d.Permits {
			if len(p.Via) > 0 {
				continue
			}
			for _, from := range p.From {
				for _, to := range p.To {
					if from.Host == nil || to.Host == nil || model.SameHost(from, to) {
						continue
					}
					ends := box[from.Host] + ">" + box[to.Host]
					used[ends] = true
					label, ok := labels[ends]
					if !ok {
						t.Fatalf("%s: no arrow %s for %s", name, ends, p.Connection.Flow.ID)
					}
					for _, s := range permitSockets(p) {
						if !strings.Contains(label, s.ports) && !strings.Contains(label, " more") {
							t.Errorf("%s: %s lacks %s of %s", name, label, s.ports, p.Connection.Flow.ID)
						}
					}
				}
			}
		}
		elsewhere := func(id string) bool {
			return slices.IndexFunc(traffic.Parties, func(p *gen.Party) bool { return p.Group == nil }) >= 0 && !slices.Contains(boxIDs(box), id)
		}
		for ends := range labels {
			from, to, _ := strings.Cut(ends, ">")
			if !used[ends] && !elsewhere(from) && !elsewhere(to) && name != "campus" && name != "hostile" { // those have gateways
				t.Errorf("%s: arrow %s has no permit", name, ends)
			}
		}
	}
}

func boxIDs(box map[*model.Deployed]string) []string {
	var all []string
	for _, id := range box {
		all = append(all, id)
	}
	return all
}

func TestSiteSameBytes(t *testing.T) {
	for name, d := range deployments(t) {
		first := Site(d)
		for range 10 {
			if Site(d) != first {
				t.Fatalf("%s: other bytes", name)
			}
		}
	}
}

package golang

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/golang/sitetables"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy/policytest"
	"github.com/portspec/portspec/internal/readers"
)

// shapesSite is a site of shapesProduct, with ends of every kind. Its hosts are
// named as what the package declares, or as services.
func shapesSite(t *testing.T, id string, p *model.Product, text func() string) *model.Deployment {
	t.Helper()
	for i, l := range p.Components[0].Listeners {
		for _, list := range [][]model.PortRange{l.Ports, l.Fallback} { // no two of them meet on a host
			for j := range list {
				list[j] = span(1000*(i+1)+list[j].From%500, 1000*(i+1)+list[j].From%500+list[j].To-list[j].From)
			}
		}
	}
	s := &model.Site{
		ID: id, Name: text(), Description: text(),
		Products: []*model.Use{{
			Product: p.ID, Features: map[string][]string{"mode": {"a"}},
			Ports: map[string]map[string]model.PortRange{"server": {"one": {From: 9443, To: 9443}}},
		}},
		Services: []*model.Location{
			{What: "active-directory", Endpoints: model.Endpoints{Names: []string{"ad.example"}, Networks: []string{"203.0.113.0/24"}}},
		},
		Hosts: []*model.Host{
			{ID: "host", Name: text(), OS: "windows", OSVersion: text(), Addresses: []string{"192.0.2.1", "2001:db8::1"}, Count: 1, Runs: []model.Place{model.PlaceOf(p.ID, "server"), model.PlaceOf(p.ID, "other")}},
			{ID: "active-directory", Name: text(), OS: "linux", Count: 1, Names: []string{"x.example"}, Runs: []model.Place{model.PlaceOf(p.ID, "server")}},
			{ID: "any", Name: text(), OS: "macos", OSVersion: "14", Addresses: []string{"198.51.100.0/24"}, Count: 7, Runs: []model.Place{model.PlaceOf(p.ID, "client")}},
			{ID: "permits", Name: text(), OS: "linux", Addresses: []string{"192.0.2.3"}, Count: 1, Runs: []model.Place{model.PlaceOf(p.ID, "client")}},
			{ID: "host-permits", Count: 1},
			{ID: "1st", Count: 1},
		},
	}
	return policytest.Resolved(t, &model.Catalog{Products: []*model.Product{p}, Services: []*model.Service{{ID: "active-directory"}}}, s)
}

// testSites returns the example sites, and sites that test names and texts.
func testSites(t *testing.T) []*model.Deployment {
	next := 0
	hostile := func() string {
		next++
		return hostileTexts[next%len(hostileTexts)]
	}
	return append(policytest.Examples(t),
		shapesSite(t, "head-office", shapesProduct(), func() string { return "Text" }),
		shapesSite(t, "vendor", shapesProduct(), func() string { return "" }),
		shapesSite(t, "hostile", hostileProduct(), hostile))
}

// A siteDump is what a program that imports a site's package can access.
type siteDump struct {
	Hosts     []sitetables.Host
	Listeners []sitetables.Listener
	Permits   []sitetables.Permit
	Elsewhere []sitetables.Peer
}

// TestSiteCompiled compiles the packages of all sites, and compares their contents with the
// deployments.
func TestSiteCompiled(t *testing.T) {
	sites := testSites(t)
	var files []gen.File
	var imports, body strings.Builder
	dirs := make([]string, len(sites))
	for i, d := range sites {
		made, _ := GenerateSite(d)
		dirs[i], _, _ = strings.Cut(strings.TrimPrefix(made[0].Path, "sites/"), "/")
		files = append(files, made...)
		fmt.Fprintf(&imports, "\tp%d %q\n", i, "example.test/sites/"+dirs[i])
		fmt.Fprintf(&body, "\t\tmap[string]any{\"Hosts\": p%[1]d.Hosts(), \"Listeners\": p%[1]d.Listeners(), \"Permits\": p%[1]d.Permits(), \"Elsewhere\": p%[1]d.Elsewhere()},\n", i)
		for _, f := range made {
			parseSafe(t, string(f.Data))
		}
	}
	dir := writeModule(t, files)
	write(t, dir, "cmd/dump/main.go", "package main\n\nimport (\n\t\"encoding/json\"\n\t\"os\"\n\n"+imports.String()+
		")\n\nfunc main() {\n\tif err := json.NewEncoder(os.Stdout).Encode([]any{\n"+body.String()+"\t}); err != nil {\n\t\tpanic(err)\n\t}\n}\n")
	readers.Run(t, dir, "go", "build", "./...")
	readers.Run(t, dir, "go", "vet", "./...")
	var dumps []siteDump
	if err := json.Unmarshal([]byte(readers.Run(t, dir, "go", "run", "./cmd/dump")), &dumps); err != nil {
		t.Fatal(err)
	}
	for i, d := range sites {
		t.Run(d.Site.ID, func(t *testing.T) { compareSite(t, d, dumps[i]) })
	}
	if want := []string{"head-office", "vendorports", "hostile"}; !slices.Equal(dirs[len(dirs)-3:], want) {
		t.Errorf("folders %v, want %v", dirs[len(dirs)-3:], want)
	}
	compareText(t, readers.Run(t, dir, "go", "doc", "-all", "./sites/ha"),
		"Package ha holds the network of site ha: Two UMS servers", "func (h HostID) Address(id ListenerID) string", "for _, p := range ha.PermitsFrom(ha.UMS1) {")
	compareText(t, readers.Run(t, dir, "go", "doc", "-all", "./sites/head-office"),
		`HostHost`, `Host_Permits`, `HostHostPermits`, `X1st`, `ShapesServerOne `)
}

// compareSite compares tables with their deployment.
func compareSite(t *testing.T, d *model.Deployment, got siteDump) {
	t.Helper()
	var hosts []sitetables.Host
	var listeners []sitetables.Listener
	for _, h := range d.Hosts {
		hosts = append(hosts, sitetables.Host{
			ID: sitetables.HostID(h.ID), Name: h.Name, OS: h.OS, OSVersion: h.OSVersion, Zone: h.NetZone, Count: h.Count,
			Addresses: copied(h.Addresses), Names: copied(h.Names), Runs: convert(h.Runs, func(p model.Place) string { return string(p) }),
		})
		for _, s := range h.Sockets {
			l := sitetables.Listener{
				Host: sitetables.HostID(h.ID), ID: sitetables.ListenerID(string(s.Place) + "." + s.Listener.ID), Transport: sitetables.Transport(s.Transport),
				Ports: sitePorts(s.Ports), Dynamic: s.Dynamic, Loopback: s.Bind == "loopback", Phase: s.Phase,
			}
			for _, w := range s.Why {
				l.Why = append(l.Why, w.Text)
				for _, c := range w.Cite {
					if !slices.Contains(l.Cite, c) {
						l.Cite = append(l.Cite, c)
					}
				}
			}
			listeners = append(listeners, l)
		}
	}
	compareRows(t, "hosts", got.Hosts, hosts)
	compareRows(t, "listeners", got.Listeners, listeners)
	elsewhere := make(map[sitetables.PeerID]sitetables.Peer)
	for _, p := range got.Elsewhere {
		elsewhere[p.ID] = p
	}
	if len(got.Permits) != len(d.Permits) {
		t.Fatalf("%d permits, want %d", len(got.Permits), len(d.Permits))
	}
	for i, p := range d.Permits {
		c, row := p.Connection, got.Permits[i]
		comparePeers(t, d, elsewhere, row.From, p.From)
		comparePeers(t, d, elsewhere, row.To, p.To)
		var via []sitetables.PeerID
		for _, v := range row.Via {
			via = append(via, v...)
		}
		comparePeers(t, d, elsewhere, via, p.Via)
		row.From, row.To, row.Via = nil, nil, nil
		want := sitetables.Permit{
			Product: c.Product.ID, Flow: c.Flow.ID, Listener: sitetables.ListenerID(c.Product.ID + "/" + c.To.ID + "." + c.Listener.ID),
			Back: p.Back, Transport: sitetables.Transport(p.Transport), Ports: sitePorts(p.Ports), Dynamic: p.Dynamic, SourcePorts: sitePorts(p.SourcePorts),
			Groups: copied(p.Groups), Family: c.Flow.Family, Optional: c.Flow.Optional, OneSuffices: c.Flow.Suffices == "one",
			InsteadOf: copied(c.Flow.InsteadOf), Phase: c.Phase, Purpose: c.Flow.Purpose, Cite: copied(c.Flow.Cite),
		}
		if !reflect.DeepEqual(row, want) {
			t.Errorf("permit %d is\n%+v\nwant\n%+v", i, row, want)
		}
	}
}

// comparePeers looks up each peer of a permit by its id, and compares addresses and names.
func comparePeers(t *testing.T, d *model.Deployment, elsewhere map[sitetables.PeerID]sitetables.Peer, got []sitetables.PeerID, want []*model.End) {
	t.Helper()
	for _, e := range want {
		id := sitetables.PeerID(e.ID())
		switch {
		case e.Any:
			id = "*"
		case e.Zone != "":
			id = sitetables.PeerID(e.Place)
		case e.Host == nil && d.Host(e.ID()) != nil:
			id = "elsewhere:" + id
		}
		if !slices.Contains(got, id) {
			t.Errorf("no %s among %v", id, got)
		}
		if e.Host == nil && !e.Any {
			p, ok := elsewhere[id]
			have := append(copied(p.Addresses), p.Names...)
			for _, at := range e.Addresses() {
				if !slices.Contains(have, at) {
					t.Errorf("%s (%v) is not at %s", id, ok, at)
				}
			}
		}
	}
}

func sitePorts(list []model.PortRange) []sitetables.PortRange {
	return convert(list, func(r model.PortRange) sitetables.PortRange {
		return sitetables.PortRange{First: r.From, Last: r.To}
	})
}

// siteClient uses a package as tests of a network would.
const siteClient = `package main

import (
	"fmt"

	"example.test/sites/campus"
	"example.test/sites/ha"
)

func main() {
	fmt.Println(ha.UMS1.Address(ha.IGELUMSServerWeb), ha.UMS1.Address(ha.IGELUMSServerDevice), ha.Files.Addresses(ha.ProfileUnityHomeShareSMB))
	fmt.Println(campus.UMS2.Address(campus.IGELUMSServerWeb), campus.UMS2.Host().Zone)
	targets := map[string]bool{}
	for _, p := range ha.PermitsFrom(ha.UMS1) {
		for _, target := range p.Targets(ha.UMS1) {
			if p.Transport == ha.TCP && !p.Optional {
				targets[target] = true
			}
		}
	}
	fmt.Println(targets["10.1.3.10:1433"], targets["10.1.1.12:8443"], targets["10.1.1.11:8443"])
	fmt.Println(ha.Permitted(ha.DevicesOS11, ha.UMS1, ha.TCP, 30001), ha.Permitted(ha.DevicesOS11, ha.SQL, ha.TCP, 1433))
}
`

func TestSiteClient(t *testing.T) {
	var files []gen.File
	for _, d := range policytest.Examples(t) {
		made, findings := GenerateSite(d)
		if len(findings) > 0 {
			t.Errorf("%s: %v", d.Site.ID, findings)
		}
		files = append(files, made...)
	}
	dir := writeModule(t, files)
	write(t, dir, "main.go", siteClient)
	const want = `10.1.1.11:8443 10.1.1.11:30002 [10.1.3.20:445]
10.1.1.12:9443 data-centre
true true false
true false
`
	if got := readers.Run(t, dir, "go", "run", "."); got != want {
		t.Errorf("printed\n%s\nwant\n%s", got, want)
	}
}

func TestSiteSameBytes(t *testing.T) {
	for _, d := range testSites(t) {
		first, found := GenerateSite(d)
		for range 5 {
			if again, same := GenerateSite(d); !reflect.DeepEqual(first, again) || !reflect.DeepEqual(found, same) {
				t.Fatal("two runs differ")
			}
		}
		if !slices.IsSortedFunc(first, func(a, b gen.File) int { return strings.Compare(a.Path, b.Path) }) {
			t.Error("files are not sorted by path")
		}
	}
}

// TestSiteNames checks the findings about names that clash.
func TestSiteNames(t *testing.T) {
	_, findings := GenerateSite(shapesSite(t, "head-office", shapesProduct(), func() string { return "" }))
	var got []string
	for _, f := range findings {
		got = append(got, string(f.Severity)+" "+f.Message)
	}
	const want = "info the Go name Permits in site head-office is needed twice or already in use, so host permits is Host_Permits"
	if !slices.Contains(got, want) {
		t.Errorf("no %q in\n%s", want, strings.Join(got, "\n"))
	}
}

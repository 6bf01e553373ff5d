package resolve_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/resolve"
)

// permitted lists the permits of a site as "from to tcp/443", and returns the findings.
func permitted(t *testing.T, c *model.Catalog, text string) ([]string, diag.List) {
	t.Helper()
	d, found := resolve.Site(c, fromJSON(t, []byte(text)).model())
	var all []string
	for _, p := range d.Permits {
		for _, from := range p.From {
			for _, to := range p.To {
				if !model.SameHost(from, to) {
					all = append(all, strings.TrimSuffix(fmt.Sprintf("%s %s %s/%s", from.ID(), to.ID(), p.Transport, model.FormatPorts(p.Ports)), "/"))
				}
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all), found
}

// TestProducts checks permits and findings product by product. These are facts that readers of
// the vendors' documents found missing, superfluous or contradictory.
func TestProducts(t *testing.T) {
	c := catalog(t)
	const ha = `"igel-ums": {"features": {"database": "postgresql", "high-availability": true, "network-registration": %s%s}}`
	const shared = `"ums": {"os": "linux", "addresses": ["10.0.0.1"], "runs": ["igel-ums/ums-server", "igel-ums/ha-load-balancer"]},
		"os11": {"addresses": ["10.0.0.3"], "runs": ["igel-ums/os11-device"]}, "os12": {"addresses": ["10.0.0.4"], "runs": ["igel-ums/os12-device"]}`
	const apart = `"ums": {"os": "linux", "addresses": ["10.0.0.1"], "runs": ["igel-ums/ums-server"]},
		"os11": {"addresses": ["10.0.0.3"], "runs": ["igel-ums/os11-device"]}`
	const shop = `"central": {"os": "windows", "addresses": ["10.0.0.1"], "runs": ["shopping/central-service", "shopping/configuration-manager", "shopping/site-database", "shopping/shopping-database"]},
		"web": {"os": "windows", "addresses": ["10.0.0.2"], "runs": ["shopping/website"]},
		"admin": {"os": "windows", "addresses": ["10.0.0.3"], "runs": ["shopping/admin-console"]},
		"receiver": {"os": "windows", "addresses": ["10.0.0.4"], "runs": ["shopping/receiver"]}`
	const pu = `"pu1": {"os": "windows", "addresses": ["10.0.0.1"], "runs": ["profileunity/server"]}, "pu2": {"os": "windows", "addresses": ["10.0.0.2"], "runs": ["profileunity/server"]},
		"esxi": {"os": "esxi", "addresses": ["10.0.0.3"], "runs": ["profileunity/esxi"]}, "desktop": {"os": "windows", "addresses": ["10.0.0.4"], "runs": ["profileunity/desktop"]},
		"files": {"os": "windows", "addresses": ["10.0.0.5"], "runs": ["profileunity/home-share"]}, "dc": {"os": "windows", "addresses": ["10.0.0.6"], "runs": ["profileunity/domain-controller"]}`
	const vmdk = `"profileunity": {"features": {"scenario": "view-vmdk-profiledisk"%s}}`
	for _, x := range []struct {
		name, products, hosts string
		has, hasNot           []string // permits
		reported, notReported []string // parts of findings
	}{
		{
			"the console of Shopping is remote whatever the central service is",
			`"shopping": {"features": {"remote-site-server": false, "central-remote-site-database": false, "remote-database": false}}`, shop,
			[]string{"admin central tcp/135", "admin central tcp/445", "admin central tcp/49152-65535", "admin central tcp/1433", "web central tcp/1433", "receiver central tcp/1433"},
			nil, nil, nil,
		},
		{
			"with RBAC, consoles use WMI alone for the site",
			`"shopping": {"features": {"rbac": true, "remote-site-server": false}}`, shop,
			[]string{"admin central tcp/135", "admin central tcp/445"},
			nil, nil, nil,
		},
		{
			"mail programs, POP3 and SMTP are three facts",
			`"shopping": {"features": {"lab-mail": true, "remote-mail": false, "lab-mail-programs": false}}`,
			`"central": {"os": "windows", "addresses": ["10.0.0.1"], "runs": ["shopping/central-service"]}, "mail": {"addresses": ["10.0.0.2"], "runs": ["shopping/smtp-gateway", "shopping/pop3-server"]}`,
			[]string{"central mail tcp/110"},
			[]string{"central mail tcp/25"},
			nil, nil,
		},
		{
			"ESXi hosts open nothing towards the server, and nobody UDP 445",
			fmt.Sprintf(vmdk, `, "profile-share": true`), pu,
			[]string{"pu1 esxi tcp/902", "pu2 esxi tcp/443", "desktop files tcp/445", "desktop dc tcp/445", "pu1 pu2 tcp/27017", "pu1 dc udp/389"},
			[]string{"esxi pu1 tcp/902", "esxi pu2 tcp/902", "desktop files udp/445", "desktop dc udp/445", "pu1 dc udp/445"},
			nil, nil,
		},
		{
			"profiles are on VMDKs unless the site says that they are on the share",
			fmt.Sprintf(vmdk, ""), pu,
			[]string{"pu1 esxi tcp/902"},
			[]string{"desktop files tcp/445"},
			nil, nil,
		},
		{
			"a cluster needs its ports in the core scenario, too",
			`"profileunity": {}`, strings.ReplaceAll(pu, `, "runs": ["profileunity/esxi"]`, ""),
			[]string{"pu1 pu2 tcp/8000", "pu2 pu1 tcp/4369", "pu1 pu2 tcp/5672", "pu1 pu2 tcp/25672", "pu1 pu2 tcp/27017", "desktop files tcp/445"},
			nil, nil, nil,
		},
		{
			"without a cluster there are none",
			`"profileunity": {"features": {"clustering": false}}`, strings.ReplaceAll(pu, `, "runs": ["profileunity/esxi"]`, ""),
			[]string{"desktop pu1 tcp/5672"},
			[]string{"pu1 pu2 tcp/8000", "pu1 pu2 tcp/27017"},
			nil, nil,
		},
		{
			"devices with OS 11 go to the load balancer of a shared host",
			fmt.Sprintf(ha, "false", ""), shared,
			[]string{"os11 ums tcp/30001"},
			[]string{"os11 ums tcp/30002", "os12 ums tcp/30001", "os12 ums tcp/30002"},
			[]string{"rule ha-same-host holds provided that: The DNS name"},
			[]string{"network-registration", "6155", "61616"},
		},
		{
			"a shared host is not for devices that register on 30001",
			fmt.Sprintf(ha, "true", ""), shared, nil, nil,
			[]string{"by rule registration-needs-own-host"},
			[]string{"both listen on", "30002"},
		},
		{
			"devices with OS 11 go to the servers where there are no load balancers",
			fmt.Sprintf(ha, "true", `, "load-balancers": false`), apart,
			[]string{"os11 ums tcp/30001"},
			[]string{"os11 ums tcp/30002"},
			nil, nil,
		},
		{
			"the scan of a range is part of the scan",
			`"igel-ums": {}`, apart,
			[]string{"ums os11 tcp/30005", "ums os11 udp/30005"},
			nil, nil, nil,
		},
		{
			"the Insight Service is in the vendor's cloud",
			`"igel-ums": {"features": {"cloud-service": true}}`, apart,
			[]string{"ums igel-ums/insight-service tcp/443"},
			nil, nil,
			[]string{"insight-service"},
		},
		{
			"two SQL Servers on one host are one instance or collide",
			`"igel-ums": {"features": {"database": "sql-server"}}`,
			`"sql": {"os": "windows", "addresses": ["10.0.0.1"], "runs": ["igel-ums/sql-server", "shopping/shopping-database"]}`,
			nil, nil,
			[]string{"igel-ums/sql-server and shopping/shopping-database on host sql count as one Microsoft SQL Server"},
			nil,
		},
		{
			"two SQL Servers at two ports are not a question",
			`"igel-ums": {"features": {"database": "sql-server"}}`,
			`"sql": {"os": "windows", "addresses": ["10.0.0.1"], "runs": ["igel-ums/sql-server", "shopping/shopping-database"], "ports": {"shopping/shopping-database": {"tds": 14330}}}`,
			nil, nil, nil,
			[]string{"count as one"},
		},
		{
			"one directory on a host is not a question",
			`"igel-ums": {"features": {"active-directory": true}}`,
			`"dc": {"os": "windows", "addresses": ["10.0.0.1"], "runs": ["igel-ums/active-directory", "shopping/active-directory"]}`,
			nil, nil, nil,
			[]string{"count as one"},
		},
	} {
		t.Run(x.name, func(t *testing.T) {
			got, found := permitted(t, c, `{"site": "s", "products": {`+x.products+`}, "hosts": {`+x.hosts+`}}`)
			for _, want := range x.has {
				if !slices.Contains(got, want) {
					t.Errorf("not permitted: %s\n%s", want, strings.Join(got, "\n"))
				}
			}
			for _, never := range x.hasNot {
				if slices.Contains(got, never) {
					t.Errorf("permitted: %s", never)
				}
			}
			var messages []string
			for _, f := range found {
				messages = append(messages, f.Message)
			}
			text := strings.Join(messages, "\n")
			for _, want := range x.reported {
				if !strings.Contains(text, want) {
					t.Errorf("not reported: %s\n%s", want, text)
				}
			}
			for _, never := range x.notReported {
				if strings.Contains(text, never) {
					t.Errorf("reported: %s\n%s", never, text)
				}
			}
		})
	}
}

// TestProductTexts checks properties that all texts and flows of the three products must have.
func TestProductTexts(t *testing.T) {
	c := catalog(t)
	others := map[string][]string{"igel-ums": {"ProfileUnity", "1E "}, "profileunity": {"IGEL", "1E "}, "shopping": {"IGEL", "ProfileUnity"}}
	for _, p := range c.Products {
		purposes := make(map[string]string)
		for _, f := range p.Flows {
			standsAlone(t, p.ID+"/"+f.ID, f.Purpose)
			standsAlone(t, p.ID+"/"+f.ID, f.Note)
			if other := purposes[f.Purpose]; other != "" {
				t.Errorf("%s: flows %s and %s have the same purpose: %s", p.ID, other, f.ID, f.Purpose)
			}
			purposes[f.Purpose] = f.ID
			for feature := range f.When {
				if x := p.Feature(feature); f.Optional && len(x.Choices) == 0 {
					t.Errorf("%s/%s is optional, but the switch %s decides whether a site has it", p.ID, f.ID, feature)
				}
			}
			if f.Transports == nil && f.Optional && f.When == nil && f.Note == "" {
				t.Errorf("%s/%s is optional, but no note explains why", p.ID, f.ID)
			}
		}
		for _, x := range p.Components {
			for _, l := range x.Listeners {
				standsAlone(t, p.ID+"/"+x.ID+"."+l.ID, l.Purpose)
				if l.App == "smb" && slices.Contains(l.Transports, "udp") {
					t.Errorf("%s/%s.%s is SMB over UDP", p.ID, x.ID, l.ID)
				}
			}
		}
		for _, e := range p.Errata {
			for _, name := range others[p.ID] {
				if strings.Contains(e.Says, name) {
					t.Errorf("%s: erratum %s: the product's document does not mention %s: %s", p.ID, e.ID, name, e.Says)
				}
			}
			first, _, _ := strings.Cut(e.Says, " ")
			if slices.Contains([]string{"Names", "Calls", "Has", "Gives", "Lists", "Ends", "Speaks", "Required", "Lets", "Prints", "Says", "Listens"}, first) || strings.HasPrefix(e.Says, "A high port") {
				t.Errorf("%s: erratum %s does not continue \"In the document:\": %s", p.ID, e.ID, e.Says)
			}
		}
	}
}

// standsAlone finds texts that refer to another text, which are unclear on their own, as in a
// ticket.
func standsAlone(t *testing.T, at, text string) {
	t.Helper()
	lower := " " + strings.ToLower(text)
	for _, words := range []string{" the same ", " as above", " see above", " likewise", " ditto", " this,", " this.", " these.", " as printed", "scans of the ums"} {
		if strings.Contains(lower, words) && !strings.Contains(text, "the same connection") && !strings.Contains(text, "the same desktop") {
			t.Errorf("%s does not stand alone (%q): %s", at, strings.TrimSpace(words), text)
		}
	}
}

// TestPairsOfProducts checks that a device runs one operating system, and that the vendor's
// cloud is not on a host of a site.
func TestPairsOfProducts(t *testing.T) {
	pairs, _ := resolve.Pairs(catalog(t), 0)
	for _, pair := range pairs {
		both := string(pair.A + " " + pair.B)
		if strings.Contains(both, "os11-device") && strings.Contains(both, "os12-device") {
			t.Errorf("%s and %s should not be a pair: %v", pair.A, pair.B, pair.Reasons)
		}
		if strings.Contains(both, "profileunity/server") && strings.Contains(both, "shopping/client") {
			if !slices.Equal(pair.OS, []string{"linux"}) || len(pair.Beside) != 1 || len(pair.Beside["windows"]) != 1 {
				t.Errorf("TCP 8000: %v %v", pair.OS, pair.Beside)
			}
		}
	}
	if at := catalog(t).Product("igel-ums").Component("insight-service").At; at == nil {
		t.Error("the Insight Service has no location")
	}
}

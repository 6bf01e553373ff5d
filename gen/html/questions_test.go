package html_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/readers"
)

// A user looks for answers, starting from the first page of the site.
type user struct {
	*readers.Page
	t      testing.TB
	clicks int
}

// link follows the link with a text.
func (u *user) link(text string) {
	u.t.Helper()
	var found bool
	u.Eval(fmt.Sprintf(`(() => {
		const link = [...document.querySelectorAll("a")].find((a) => a.textContent.trim() === %q && a.checkVisibility());
		link?.setAttribute("data-follow", "");
		return !!link;
	})()`, text), &found)
	if !found {
		u.t.Fatalf("no link %q", text)
	}
	u.clicks++
	u.Follow("[data-follow]")
}

func (u *user) click(selector string) {
	u.t.Helper()
	u.clicks++
	u.Click(selector)
}

// choose chooses a value in a box of the explorer.
func (u *user) choose(box, value string) {
	u.t.Helper()
	u.click(fmt.Sprintf(`.facet:has(.popup[aria-label=%q]) > summary`, box))
	u.click(fmt.Sprintf(`.facet input[value=%q]`, value))
}

// reads returns the texts of the elements that a selector finds, each on a line.
func (u *user) reads(selector string) string {
	u.t.Helper()
	var texts []string
	u.Eval(fmt.Sprintf(`[...document.querySelectorAll(%q)].map((e) => e.innerText.replace(/\s+/g, " ").trim())`, selector), &texts)
	return strings.Join(texts, "\n")
}

// A question is one that firewall engineers ask. Each wanted text must begin a line of the
// answer; with only, there must be no other lines.
type question struct {
	ask    string
	clicks int
	find   func(u *user) string
	want   []string
	only   bool
	// releases is for the catalogue with two releases of a product.
	releases bool
}

var questions = []question{
	{"What do I have to open for ProfileUnity by default?", 1, func(u *user) string {
		u.link("ProfileUnity")
		return u.reads("main table:first-of-type tbody tr")
	}, []string{"Desktop ProfileUnity Server TCP 5672"}, false, false},
	{"Which port does a device need to reach the server through the gateway?", 3, func(u *user) string {
		u.link("Explorer")
		u.Press("/")
		u.Type("os 12 device")
		u.choose("Feature", "cloud-gateway")
		return u.reads(".list tbody tr")
	}, []string{"IGEL OS 11 device, IGEL OS 12 device IGEL Cloud Gateway (ICG) TCP 8443"}, true, false},
	{"Who uses 1433?", 2, func(u *user) string {
		u.link("Explorer")
		u.click("#port")
		u.Type("1433")
		u.Press("Enter")
		return u.reads(".list tbody tr")
	}, []string{
		"UMS Server Microsoft SQL Server TCP 1433", "Shopping central service Shopping database TCP 1433", "Shopping website Shopping database TCP 1433",
	}, false, false},
	{"What is 30001, and can both of its listeners be on one host?", 1, func(u *user) string {
		u.link("Find a port")
		return u.reads("main tbody tr")
	}, []string{"TCP 30001 UMS Server conflict on one host with HA Load Balancer", "TCP 30002 UMS Server IGEL Universal Management Suite 12.04 by rule ha-same-host"}, false, false},
	{"What changes between the releases?", 2, func(u *user) string {
		u.link("IGEL Universal Management Suite")
		u.link("what changed since 12.01")
		return u.reads("main li, main p, main tr")
	}, []string{"flow console"}, false, true},
	{"What crosses from the northern clients' zone to the servers'?", 2, func(u *user) string {
		u.link("Campus")
		u.link("443, 445, 5672, 8000, 8443, 9443, 30001")
		return u.reads("main section:target tr, main h2:target, main h2:target + div tr")
	}, []string{"thin-clients-north"}, false, false},
	{"What needs UDP?", 3, func(u *user) string {
		u.link("Explorer")
		u.choose("Transport", "udp")
		return u.reads(".count")
	}, []string{"19 of "}, false, false},
	{"What do I need for a UMS server with PostgreSQL, and devices?", 6, func(u *user) string {
		u.link("Explorer")
		u.click(".chooser > summary")
		u.click(".products details:first-of-type > summary")
		u.click(`input[value="igel-ums/ums-server"]`)
		u.click(`input[value="igel-ums/os12-device"]`)
		u.Eval(`document.querySelector("select").focus()`, nil)
		u.clicks++
		u.Type("Postgre")
		return u.reads(".list tbody tr")
	}, []string{"UMS Server PostgreSQL TCP 5432", "IGEL OS 12 device UMS Server TCP 8443"}, false, false},
	{"Where does the vendor say so?", 2, func(u *user) string {
		u.link("Explorer")
		u.Press("/")
		u.Type("onboarding 443")
		u.click(".list tbody button")
		return u.reads("dialog div")
	}, []string{"Rests on igel-ums/default-ports/2"}, false, false},
	{"Who owns the permit for the database, under which ticket?", 2, func(u *user) string {
		u.link("Highly available")
		u.link("Firewall request")
		return u.reads("main tbody tr")
	}, []string{"8 ums1 (10.1.1.11), ums2 (10.1.1.12) sql (10.1.3.10) TCP 1433 Databases NET-1207"}, false, false},
	{"What does the gateway host talk to?", 2, func(u *user) string {
		u.link("Small office")
		u.link("gateway")
		return u.reads("main .card")
	}, []string{"gateway"}, false, false},
	{"What must be open before the upgrade?", 2, func(u *user) string {
		u.link("IGEL Universal Management Suite")
		u.link("what changed since 12.01")
		return u.reads("main h2:first-of-type + .scroll tbody tr")
	}, []string{"tcp 8443 UMS Console UMS Server console on web"}, false, true},
	{"Which rows of the vendor's document are wrong?", 2, func(u *user) string {
		u.link("IGEL Universal Management Suite")
		u.link("38 errata")
		return u.reads("main tbody tr")
	}, []string{"wrong: the document says something that is not true E16, E28, E30 1.9, 1.23, 1.24, 1.29"}, false, false},
	{"Which ports of this host are chosen at run time?", 2, func(u *user) string {
		u.link("Highly available")
		u.link("ums1, ums2")
		return u.reads("#listens + .scroll tbody tr")
	}, []string{"UDP dynamic UMS Server online-check-reply", "UDP dynamic UMS Server scan-reply"}, false, false},
	{"Is UDP 5353 used?", 2, func(u *user) string {
		u.link("Explorer")
		u.click("#port")
		u.Type("5353")
		u.Press("Enter")
		return u.reads(".count")
	}, []string{"None of 132 flows match"}, true, false},
	{"Which flows are optional?", 1, func(u *user) string {
		u.link("Explorer")
		u.Press("/")
		u.Type("optional")
		return u.reads(".list tbody tr")
	}, []string{"Shopping receiver Active Directory TCP 389 ldap Directory lookups"}, false, false},
	{"What of 1E's is encrypted with TLS?", 1, func(u *user) string {
		u.link("Explorer")
		u.Press("/")
		u.Type("shopping https")
		return u.reads(".list tbody tr")
	}, []string{"Web browser Shopping website TCP 443"}, false, false},
	{"Who reaches the SQL Server of all products?", 1, func(u *user) string {
		u.link("Microsoft SQL Server")
		return u.reads("main tr, main li")
	}, []string{"UMS Server"}, false, false},
}

// TestQuestions finds the answers to what firewall engineers ask within the given number of
// clicks. (Typing does not count.)
func TestQuestions(t *testing.T) {
	l := ofRepository(t)
	dir, releases := l.dir, siteOf(t, withRelease(l.catalog), nil)
	p := readers.Open(t, readers.View{})
	for _, q := range questions {
		u := &user{p, t, 0}
		if q.releases {
			u.Go(releases, "index.html", "")
		} else {
			u.Go(dir, "index.html", "")
		}
		answer := strings.Split(q.find(u), "\n")
		if u.clicks != q.clicks {
			t.Errorf("%s %d clicks, want %d", q.ask, u.clicks, q.clicks)
		}
		for _, want := range q.want {
			found := false
			for _, line := range answer {
				found = found || strings.HasPrefix(line, want)
			}
			if !found || q.only && len(answer) != len(q.want) {
				t.Errorf("%s The answer of %d lines has no %q:\n%s", q.ask, len(answer), want, strings.Join(answer[:min(len(answer), 12)], "\n"))
			}
		}
	}
}

// withRelease returns a catalogue with an additional, older release of its first product that
// lacks one of the flows.
func withRelease(c *model.Catalog) *model.Catalog {
	newest := *c.Products[0]
	older := newest
	older.Version, older.Flows = "12.01", nil
	for _, f := range newest.Flows {
		if f.ID != "console" {
			older.Flows = append(older.Flows, f)
		}
	}
	newest.After = older.Version
	all := &model.Catalog{Services: c.Services, Products: append([]*model.Product{&newest, &older}, c.Products[1:]...)}
	all.Order()
	return all
}

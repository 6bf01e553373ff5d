package html

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/model"
)

// alike returns products each of which has the same components, all of them listening on 8000.
func alike(products int, components ...string) *model.Catalog {
	c := &model.Catalog{}
	for i := range products {
		p := &model.Product{ID: fmt.Sprintf("p%03d", i), Name: fmt.Sprint("Product ", i), Vendor: "V", Version: "1", Description: "One of many."}
		p.Components = append(p.Components, &model.Component{ID: "client", Name: "Client", Kind: model.Software})
		for _, id := range components {
			web := &model.Listener{ID: "web", Purpose: "Web", Transports: []string{"tcp"}, Bind: "any", PortStatement: model.PortStatement{Ports: []model.PortRange{{From: 8000, To: 8000}}}}
			own := &model.Listener{ID: "own", Purpose: "Own", Transports: []string{"udp"}, Bind: "any", PortStatement: model.PortStatement{Ports: []model.PortRange{{From: 10000 + i, To: 10000 + i}}}}
			p.Components = append(p.Components, &model.Component{ID: id, Name: strings.ToUpper(id), Kind: model.Software, Listeners: []*model.Listener{web, own}})
			p.Flows = append(p.Flows, &model.Flow{ID: "to-" + id, Purpose: "Use", From: []string{"client"}, To: []model.Target{{Component: id, Listeners: []string{"web", "own"}}}, Scope: "network", Delivery: "unicast"})
		}
		c.Products = append(c.Products, p)
	}
	return c
}

// TestCrowded tests that pages about all products are divided where there are many. Each has a
// size that browsers handle well, all rows are there, and the links between the parts lead
// somewhere.
func TestCrowded(t *testing.T) {
	const products = 260
	components := []string{"a", "b", "c", "d"}
	files := world{catalog: alike(products, components...)}.made(t)
	pages, reached := connected(t, files)
	rows := make(map[string]int) // by kind of page
	for name := range pages {
		if strings.Contains(name, "/") {
			continue
		}
		if !reached[name] {
			t.Errorf("no link to %s", name)
		}
		if n := len(files[name]); n > 400_000 {
			t.Errorf("%s has %d bytes", name, n)
		}
		kind, _, _ := strings.Cut(strings.TrimSuffix(name, ".html"), "-")
		rows[kind] += bytes.Count(files[name], []byte("<tr")) - bytes.Count(files[name], []byte("<thead>"))
	}
	uses, pairs := 2*products*len(components), products*len(components)*(len(components)-1)/2
	if rows["ports"] != uses {
		t.Errorf("the index of ports has %d rows, want %d", rows["ports"], uses)
	}
	if want := pairs + products; rows["conflicts"] != want { // and one product in each row of the port
		t.Errorf("the pages of conflicts have %d rows, want %d", rows["conflicts"], want)
	}
	for _, name := range []string{"ports-2.html", "conflicts-1.html", "conflicts-4.html", "conflicts-tcp-8000.html"} {
		if _, ok := pages[name]; !ok {
			t.Errorf("no %s", name)
		}
	}
	for link, in := range map[string]string{
		`<a href="conflicts-tcp-8000.html">1040 components</a>`: "contradictions.html",
		`<a href="ports-2.html">8000–10089</a>`:                 "ports.html",
		`<a href="conflicts-1.html">Product 0 – Product 66</a>`: "contradictions.html",
		`products/p259/component-d.html`:                        "conflicts-tcp-8000.html",
	} {
		if !bytes.Contains(files[in], []byte(link)) {
			t.Errorf("%s does not have %s", in, link)
		}
	}
	if !pages["ports.html"].ids["port-8000"] || !pages["ports-2.html"].ids["port-8000"] {
		t.Error("the port that begins a page has no anchor there")
	}
}

// TestDivide divides uses of ports into pages: few ports are divided, and no group that is
// compared.
func TestDivide(t *testing.T) {
	for _, c := range []struct {
		ports []int // how many uses each has
		want  string
	}{
		{nil, "[]"},
		{[]int{1}, "[1]"},
		{[]int{399, 1, 5}, "[400 5]"},
		{[]int{399, mostCompared, 5}, "[439 5]"},
		{[]int{2500}, "[1000 1000 500]"},
		{[]int{10, 1200, 3}, "[1000 213]"},
	} {
		var all []portUse
		for port, n := range c.ports {
			for range n {
				all = append(all, portUse{from: int32(port), to: int32(port)})
			}
		}
		var sizes []int
		for _, page := range divide(all) {
			sizes = append(sizes, len(page))
		}
		if got := fmt.Sprint(sizes); got != c.want {
			t.Errorf("%v: pages have %s, want %s", c.ports, got, c.want)
		}
	}
}

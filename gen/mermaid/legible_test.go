package mermaid

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/matrix"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/readers"
)

var (
	pictures = flag.String("pictures", "", "draw all diagrams, and write a picture of each to this folder")
	only     = flag.String("only", "", "with -pictures, draw the diagrams whose names this regular expression matches")
)

// A gallery draws diagrams in a browser.
type gallery struct {
	readers.Drawer
	t    *testing.T
	seen map[string]bool // diagrams that were already drawn
	only *regexp.Regexp
}

// hang draws a diagram and fails the test if it cannot be read on a page that is 900 pixels
// wide. Letters must be at least so many pixels high.
func (g *gallery) hang(name, text string, letters float64) {
	g.t.Helper()
	if text == "" || g.seen[text] || !g.only.MatchString(name) {
		return
	}
	// Most components have few neighbours, and diagrams with few arrows are equally easy to
	// read.
	if few := 8; *pictures == "" && strings.Count(text, "->") < few && len(g.seen) > few {
		return
	}
	g.seen[text] = true
	drawn := g.Draw(text)
	g.t.Logf("%s: letters of %.1f, %.0f x %.0f, %d boxes, %d arrows", name, drawn.Letters, drawn.Full, drawn.Height, drawn.Boxes, drawn.Arrows)
	if drawn.Letters < letters {
		g.t.Errorf("%s: letters of %.1f pixels, want %.1f", name, drawn.Letters, letters)
	}
	if drawn.Arrows > mostArrows {
		g.t.Errorf("%s: %d arrows", name, drawn.Arrows)
	}
	for _, fault := range drawn.Faults {
		g.t.Errorf("%s: %s", name, fault)
	}
	if *pictures != "" {
		g.Picture(filepath.Join(*pictures, strings.ReplaceAll(name, "/", "_")+".png"))
	}
}

// all draws all diagrams of a product or a site.
func (g *gallery) all(name string, d *gen.Diagrams) {
	g.t.Helper()
	g.hang(name, d.Overview, 10.5)
	for _, part := range d.Parts {
		g.hang(name+"/"+part.ID, part.Diagram, 13)
	}
}

// TestLegible draws diagrams in a browser: those that the generator considers readable, by
// counting, must be readable.
func TestLegible(t *testing.T) {
	t.Parallel()
	g := &gallery{readers.OpenDrawer(t), t, make(map[string]bool), regexp.MustCompile(*only)}
	if *pictures != "" {
		if err := os.MkdirAll(*pictures, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range realCatalog(t).Products {
		d := Draw(gen.Step{Product: p})
		g.all(p.ID, d)
		if *pictures != "" { // scenarios look like the overview
			s := matrix.NewSketch(p)
			for _, x := range scenarios(s, figures(s)) {
				g.hang(p.ID+"/"+x.feature+"-"+x.value, string(x.text), 10.5)
			}
		}
		if d.Overview == "" {
			t.Errorf("%s has no overview", p.ID)
		}
		for _, part := range d.Parts {
			if part.Diagram == "" {
				t.Errorf("%s of %s has no diagram", part.ID, p.ID)
			}
		}
	}
	g.hang("catalog", generate(t, realCatalog(t))["catalog.mmd"], 10.5)
	for name, s := range deployments(t) {
		d := Site(s)
		g.all("sites/"+name, d)
		if example := !slices.Contains([]string{"various", "hostile"}, name); example && d.Overview == "" {
			t.Errorf("%s has no overview", name)
		}
	}
	for _, folder := range []string{"../../testdata/workspace", "../../testdata/kinds"} {
		r, err := load.Workspace(t.Context(), folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range r.Catalog.Products {
			g.all(filepath.Base(folder)+"/"+p.Ref(), Draw(gen.Step{Product: p}))
		}
	}
	g.all("shapes", Draw(gen.Step{Product: everyShape().Products[0]}))
	g.all("hostile", Draw(gen.Step{Product: hostile().Products[0]}))
	drawn := 0
	for seed := range uint64(16) {
		d := Draw(gen.Step{Product: random(rand.New(rand.NewPCG(1, seed)))})
		g.hang(fmt.Sprint("random/", seed), d.Overview, 10.5)
		if d.Overview != "" {
			drawn++
		}
		if part := d.Parts[0]; seed%4 == 0 {
			g.hang(fmt.Sprint("random/", seed, "/", part.ID), part.Diagram, 13)
		}
	}
	if drawn < 3 || drawn > 13 {
		t.Errorf("%d of 16 random products have an overview; want some with one and some without", drawn)
	}
}

// random makes a product of any size: with few or many components that reach few or many others,
// with short or long names, and few or many ports.
func random(r *rand.Rand) *model.Product {
	p := &model.Product{ID: "random", Name: "Random", Version: "1"}
	kinds := []model.Kind{model.Software, model.Software, model.Software, model.Device, model.External, model.Zone, model.Any, model.UnknownKind}
	syllables := []string{"Ma", "nage", "ment ", "Server ", "WIM", "Web ", "illi", "Gate", "way ", "Data", "base ", "(X)", "Console ", "日本", "mm"}
	n := 10 + r.IntN(16)
	long, many := 1+r.IntN(8), 1+r.IntN(4)
	for i := range n {
		c := component(fmt.Sprint("c", i), kinds[r.IntN(len(kinds))])
		c.Name = ""
		for range 1 + r.IntN(long) {
			c.Name += syllables[r.IntN(len(syllables))]
		}
		for l := range 1 + r.IntN(many) {
			s := ports(r.IntN(1<<16 - 1))
			if r.IntN(6) == 0 {
				s = model.PortStatement{Dynamic: &model.Dynamic{Ranges: []model.DynamicRange{{PortRange: model.PortRange{From: 49152, To: 65535}}}}}
			}
			c.Listeners = append(c.Listeners, listener(fmt.Sprint("l", l), []string{"tcp", "udp", "tcp+udp"}[r.IntN(3)], s))
		}
		p.Components = append(p.Components, c)
	}
	for i := range n/2 + r.IntN(n*(1+r.IntN(3))) {
		from, to := p.Components[r.IntN(n)], p.Components[r.IntN(n)]
		if r.IntN(2) == 0 { // many products have a component that most others reach
			to = p.Components[r.IntN(1+n/4)]
		}
		f := flow(fmt.Sprint("f", i), from.ID, to.ID, to.Listeners[r.IntN(len(to.Listeners))].ID)
		f.Optional, f.BothWays = r.IntN(3) == 0, r.IntN(6) == 0
		p.Flows = append(p.Flows, f)
	}
	return p
}

package mermaid

import (
	"strings"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/readers"
)

// TestWithoutELK draws diagrams in the layout that Mermaid uses on code hosts without ELK, dagre.
// It leads some arrows behind boxes if a picture has many; everything else is as good.
func TestWithoutELK(t *testing.T) {
	d := readers.OpenDrawer(t)
	draw := func(name, text string, passing float64) {
		t.Helper()
		if strings.Count(text, "->") < 5 {
			return // a row or two of boxes
		}
		dagre := strings.Replace(text, `"layout": "elk"`, `"layout": "dagre"`, 1)
		if dagre == text {
			t.Fatalf("%s names no layout", name)
		}
		drawn := d.Draw(dagre)
		t.Logf("%s: letters of %.1f, %d arrows, faults: %q", name, drawn.Letters, drawn.Arrows, drawn.Faults)
		if drawn.Letters < 13 {
			t.Errorf("%s: letters of %.1f pixels", name, drawn.Letters)
		}
		arrows := make(map[string]bool)
		for _, fault := range drawn.Faults {
			arrow, passes := strings.CutPrefix(fault, "arrow ")
			if !passes {
				t.Errorf("%s: %s", name, fault)
			}
			arrow, _, _ = strings.Cut(arrow, " ")
			arrows[arrow] = true
		}
		if float64(len(arrows)) > passing*float64(drawn.Arrows) {
			t.Errorf("%s: %d of %d arrows pass behind boxes", name, len(arrows), drawn.Arrows)
		}
	}
	all := func(name string, diagrams *gen.Diagrams) {
		draw(name, diagrams.Overview, 1./3)
		for _, part := range diagrams.Parts {
			draw(name+"/"+part.ID, part.Diagram, 0)
		}
	}
	for _, p := range realCatalog(t).Products {
		all(p.ID, Draw(gen.Step{Product: p}))
	}
	for _, name := range []string{"small", "ha", "campus"} {
		all("sites/"+name, Site(deployments(t)[name]))
	}
}

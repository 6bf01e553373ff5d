package ansible

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

func TestFiles(t *testing.T) {
	catalog := embedded(t)
	files, _ := Generate(catalog)
	again, _ := Generate(embedded(t))
	if !slices.IsSortedFunc(files, func(a, b gen.File) int { return strings.Compare(a.Path, b.Path) }) {
		t.Error("the files are not sorted by path")
	}
	for i, f := range files {
		if !bytes.HasPrefix(f.Data, []byte("# "+gen.Header+"\n")) {
			t.Errorf("%s lacks its header", f.Path)
		}
		if again[i].Path != f.Path || !bytes.Equal(again[i].Data, f.Data) {
			t.Errorf("%s differs in a second run", f.Path)
		}
	}
	if files, findings := Generate(&model.Catalog{}); len(files) > 0 || len(findings) > 0 {
		t.Errorf("no products: %d files, findings %v", len(files), findings)
	}
}

// TestEveryConnection checks that each connection of the three products is in the lists of both
// of its ends, and that there is a warning if it has no rule.
func TestEveryConnection(t *testing.T) {
	catalog := embedded(t)
	_, findings := Generate(catalog)
	for _, p := range catalog.Products {
		vars := varsOf(t, p)
		for _, c := range p.Connections() {
			shut := slices.ContainsFunc(findings, func(f diag.Finding) bool {
				return f.Position == p.Positions.At("flows", c.Flow.ID) && strings.Contains(f.Message, ": no rule lets it out")
			})
			if shut != (crossesNetwork(c) && c.Flow.Delivery == "broadcast") {
				t.Errorf("%s is not let out: %v", c.Flow.ID, shut)
			}
			at := append([]*model.Component{c.To}, c.From...)
			for i, holder := range at {
				direction, list := "out", "outbound"
				if i == 0 {
					direction, list = "in", "inbound"
				}
				numbers := len(c.Ports()) > 0 || !model.HasPorts(c.Transport)
				if !numbers {
					list = "unnumbered"
				}
				entries := vars[prefix(p.ID)+"_"+list].(map[string]any)[key(holder.ID)].([]any)
				found := slices.ContainsFunc(entries, func(x any) bool {
					e := x.(map[string]any)
					return e["direction"] == direction && e["flow"] == key(c.Flow.ID) && e["component"] == key(c.To.ID) &&
						e["listener"] == key(c.Listener.ID) && e["protocol"] == protocol(c.Transport) && e["way"] == nil
				})
				if found != crossesNetwork(c) {
					t.Errorf("%s to %s.%s %s is %v in %s of %s", c.Flow.ID, c.To.ID, c.Listener.ID, c.Transport, found, list, holder.ID)
				}
				warned := slices.ContainsFunc(findings, func(f diag.Finding) bool {
					return f.Severity == diag.Warning && f.Position == p.Positions.At("flows", c.Flow.ID) && strings.Contains(f.Message, " "+c.Transport+" to "+c.To.ID+"."+c.Listener.ID+": no rule, ")
				})
				if warned != (crossesNetwork(c) && !numbers) {
					t.Errorf("%s to %s.%s %s: warned %v", c.Flow.ID, c.To.ID, c.Listener.ID, c.Transport, warned)
				}
			}
		}
	}
}

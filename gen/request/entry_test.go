package request

import (
	"fmt"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// TestManyRequests checks that the work grows with the number of requests, not with its square.
func TestManyRequests(t *testing.T) {
	work := func(flows int) float64 {
		from, to := &gen.Party{Key: "a", End: &model.End{}}, &gen.Party{Key: "b", End: &model.End{}}
		way := &gen.Way{From: from, To: to}
		for i := range flows {
			way.Permits = append(way.Permits, &model.Permit{
				Transport: "tcp", Ports: []model.PortRange{{From: i + 1, To: i + 1}},
				Connection: &model.Connection{Product: &model.Product{ID: "p"}, Flow: &model.Flow{ID: fmt.Sprintf("f%d", i)}, Listener: &model.Listener{}},
			})
		}
		traffic := &gen.Traffic{Parties: []*gen.Party{from, to}, Ways: []*gen.Way{way}}
		if n := len(entries(traffic)); n != flows {
			t.Fatalf("%d entries of %d flows", n, flows)
		}
		return testing.AllocsPerRun(1, func() { entries(traffic) })
	}
	if few, many := work(100), work(400); many > 6*few {
		t.Errorf("four times as many flows need %.0f allocations in place of %.0f", many, few)
	}
}

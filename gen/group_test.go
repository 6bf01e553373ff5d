package gen

import (
	"fmt"
	"testing"

	"github.com/portspec/portspec/internal/model"
)

// TestTraffic checks that only hosts that take part in the same permits are alike. A mesh must
// be a way from a group to itself, and a single machine must have no way to itself.
func TestTraffic(t *testing.T) {
	d := &model.Deployment{Site: &model.Site{}}
	var ends []*model.End
	for i := range 6 {
		h := &model.Deployed{Host: &model.Host{ID: fmt.Sprint("h", i), Count: 1, Runs: []model.Place{"p/c"}}}
		d.Hosts = append(d.Hosts, h)
		ends = append(ends, &model.End{Place: "p/c", Host: h})
	}
	mesh := &model.Permit{From: ends[:5], To: ends[:5]}
	self := &model.Permit{From: ends[5:], To: ends[5:]}
	up := &model.Permit{From: ends[:5], To: ends[5:], Via: []*model.End{{Place: "p/gw", Any: true}}}
	d.Permits = []*model.Permit{mesh, self, up}
	traffic, by := Sum(d, 10, 10)
	var got []string
	for _, w := range traffic.Ways {
		got = append(got, fmt.Sprint(w.From.Name, " > ", w.To.Name, " ", len(w.Permits)))
	}
	want := "[h0 … h4 > h0 … h4 1 h0 … h4 > any host 1 any host > h5 1]"
	if by != ByHost || fmt.Sprint(got) != want {
		t.Errorf("by %s: %v, want %s", by, got, want)
	}
	if traffic, by = Sum(d, 0, 0); by != ByZone || len(traffic.Ways) != 3 {
		t.Errorf("by %s: %d ways", by, len(traffic.Ways))
	}
}

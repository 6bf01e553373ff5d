// Package audit compares evidence saved from a machine with what a site says about the
// host: which sockets listen, and what the packet filter lets in and out. [Run] is the
// whole comparison.
//
// Filters are compared by what they do, not by their rules: packets are divided into cells,
// within which no rule and no permit distinguishes them, and for one packet of each cell
// the effect of the filter is compared with what the site permits.
package audit

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/evidence"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
)

// A Verdict is the result of comparing one thing.
type Verdict string

// Verdicts, the worst first.
const (
	Missing      Verdict = "missing"       // the site needs it, and it does not exist
	WrongAddress Verdict = "wrong address" // it is for another address than the site needs
	Undocumented Verdict = "undocumented"  // it listens or is permitted, but is not in the site
	TooWide      Verdict = "too wide"      // it permits what the site needs, and more
	Shadowed     Verdict = "shadowed"      // a rule that never takes effect
	CannotTell   Verdict = "cannot tell"   // the evidence is not enough
	Covered      Verdict = "covered"       // evidence and site agree
)

// Verdicts lists all verdicts in their order.
var Verdicts = []Verdict{Missing, WrongAddress, Undocumented, TooWide, Shadowed, CannotTell, Covered}

// A Thing is something that was compared.
type Thing struct {
	Verdict Verdict `json:"verdict"`
	About   string  `json:"about"` // listener, rule, policy or flow
	What    string  `json:"what"`
	Detail  string  `json:"detail,omitempty"`
	// Flows are the flows and managements of the site that use it.
	Flows []string `json:"flows,omitempty"`
	// Where it is in the evidence.
	File  string `json:"file,omitempty"`
	Where string `json:"where,omitempty"`
}

// A Report is all that was compared.
type Report struct {
	Site   string  `json:"site"`
	Host   string  `json:"host"`
	Things []Thing `json:"things"`
	// Local counts sockets that only the machine itself can reach, and that the site does
	// not have. They are not compared.
	Local int `json:"local_listeners,omitempty"`
}

// Agrees reports whether evidence and site agree, and whether the evidence is not enough
// for some things.
func (r *Report) Agrees() (agrees, unknown bool) {
	agrees = true
	for _, t := range r.Things {
		switch t.Verdict {
		case Covered:
		case CannotTell:
			unknown = true
		default:
			agrees = false
		}
	}
	return agrees, unknown
}

// Options choose what counts.
type Options struct {
	policy.Options
	// Interfaces are those of the machine that the traffic of the site goes through; empty
	// if they are not known.
	Interfaces []string
	// Partial means that permits that no rule can express do not count.
	Partial bool
}

// Run compares the evidence of a machine with a host of a site.
func Run(d *model.Deployment, h *model.Deployed, m *evidence.Machine, o Options) (*Report, error) {
	if err := sameHost(d, h, m); err != nil {
		return nil, err
	}
	r := &Report{Site: d.Site.ID, Host: h.ID}
	l := listening{deployment: d, host: h, options: o, report: r}
	if len(m.Listed) > 0 {
		l.compare(m)
	}
	for _, s := range m.Scans {
		if isOf(h, s.Addresses) {
			l.scan(s)
		}
	}
	if len(m.Filters) > 0 {
		f := newFiltering(d, h, m, o)
		if err := f.compare(); err != nil {
			return nil, err
		}
		r.Things = append(r.Things, f.things()...)
	}
	if len(r.Things) == 0 {
		return nil, fmt.Errorf("there is nothing to compare: neither the evidence nor the site has anything for host %s", h.ID)
	}
	r.sort()
	return r, nil
}

func (r *Report) sort() {
	abouts := []string{"listener", "flow", "policy", "rule"}
	slices.SortStableFunc(r.Things, func(a, b Thing) int {
		return cmp.Or(
			slices.Index(Verdicts, a.Verdict)-slices.Index(Verdicts, b.Verdict),
			slices.Index(abouts, a.About)-slices.Index(abouts, b.About),
		)
	})
	r.Things = slices.CompactFunc(r.Things, func(a, b Thing) bool {
		return a.Verdict == b.Verdict && a.About == b.About && a.What == b.What && a.Detail == b.Detail && a.Where == b.Where && slices.Equal(a.Flows, b.Flows)
	})
}

// sameHost returns an error if the evidence shows that it is from another machine.
func sameHost(d *model.Deployment, h *model.Deployed, m *evidence.Machine) error {
	if len(m.Scans) > 0 && !slices.ContainsFunc(m.Scans, func(s *evidence.Scan) bool { return isOf(h, s.Addresses) }) {
		var all []string
		for _, s := range m.Scans {
			for _, a := range s.Addresses {
				all = append(all, a.String())
			}
		}
		return fmt.Errorf("nmap scanned %s, and host %s has %s", few(all), h.ID, few(h.Addresses))
	}
	all := slices.Clone(m.Addresses)
	for _, l := range m.Listeners {
		if l.Address.IsValid() && !l.Address.IsUnspecified() && !l.Address.IsLoopback() {
			all = append(all, l.Address)
		}
	}
	if len(h.Addresses) == 0 || len(all) == 0 || isOf(h, all) {
		return nil
	}
	for _, x := range d.Hosts {
		if x.Count == 1 && x != h && isOf(x, all) {
			return fmt.Errorf("the evidence is from host %s: it has an address of that host, and none of %s", x.ID, h.ID)
		}
	}
	if len(m.Addresses) > 0 {
		return errors.New("the evidence is from another machine: none of its addresses belongs to host " + h.ID)
	}
	return nil
}

// isOf reports whether one of some addresses is one of a host, or of a machine of a group.
func isOf(h *model.Deployed, addresses []netip.Addr) bool {
	return slices.ContainsFunc(h.Addresses, func(s string) bool {
		p, ok := model.ParseNetwork(s)
		return ok && slices.ContainsFunc(addresses, p.Contains)
	})
}

// few lists the first of some texts.
func few(all []string) string {
	const shown = 4
	switch {
	case len(all) == 0:
		return "none"
	case len(all) > shown:
		return fmt.Sprintf("%s and %d more", strings.Join(all[:shown], ", "), len(all)-shown)
	}
	return strings.Join(all, ", ")
}

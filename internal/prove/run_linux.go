package prove

import (
	"context"
	"fmt"
	"slices"

	"github.com/portspec/portspec/internal/model"
)

// Run tests rulesets, one host after the other.
func Run(ctx context.Context, d *model.Deployment, cases []Case, o Options) (*Result, error) {
	result := &Result{Disagreements: []Probe{}, NotProbed: unprobed(d, cases, o)}
	for i, c := range cases {
		least := (o.Probes - result.Probes) / (len(cases) - i)
		if err := result.add(ctx, d, c, o, least); err != nil {
			return nil, fmt.Errorf("host %s: %w", c.Host.ID, err)
		}
	}
	return result, nil
}

func (r *Result) add(ctx context.Context, d *model.Deployment, c Case, o Options, least int) error {
	rig, err := NewRig(ctx, d, c.Host, o, least)
	if err != nil {
		return err
	}
	defer rig.Close()
	rig.probes = append(rig.probes, rawProbes(d, c, o)...)
	if err := rig.Load(ctx, c.Rules); err != nil {
		return err
	}
	return rig.Try(ctx, r)
}

// NewRig creates the namespaces for a host, without a firewall, and chooses packets to try, at
// least as many as least.
func NewRig(ctx context.Context, d *model.Deployment, h *model.Deployed, o Options, least int) (*Rig, error) {
	probes := Probes(d, h, o, least)
	own := Addresses(h)
	rig, err := newRig(ctx, own, peersOf(d, h))
	if err != nil {
		return nil, err
	}
	rig.probes, rig.fixed = probes, make(map[int]bool)
	for _, p := range probes {
		rig.fixed[p.SourcePort] = true
	}
	if err := rig.listen(ctx, h, own); err != nil {
		rig.Close()
		return nil, err
	}
	return rig, nil
}

// Try sends all packets, and adds what passed to a result.
func (r *Rig) Try(ctx context.Context, result *Result) error {
	for _, out := range []bool{false, true} {
		some := slices.DeleteFunc(slices.Clone(r.probes), func(p Probe) bool { return p.Out != out })
		passed, err := r.send(ctx, out, some)
		if err != nil {
			return err
		}
		result.note(some, passed)
	}
	return nil
}

// note counts packets, and collects those with a wrong result.
func (r *Result) note(probes []Probe, passed []bool) {
	for i, p := range probes {
		r.Probes++
		if p.Want {
			r.Permitted++
		}
		if passed[i] != p.Want {
			r.Disagreements = append(r.Disagreements, p)
		}
	}
}

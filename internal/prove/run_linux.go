package prove

import (
	"context"
	"fmt"
	"slices"

	"github.com/portspec/portspec/internal/model"
)

// Run puts rulesets to the test, one host after the other.
func Run(ctx context.Context, d *model.Deployment, cases []Case, o Options) (*Result, error) {
	result := &Result{Disagreements: []Probe{}}
	for i, c := range cases {
		least := (o.Probes - result.Probes) / (len(cases) - i)
		if err := result.add(ctx, d, c, o, least); err != nil {
			return nil, fmt.Errorf("host %s: %w", c.Host.ID, err)
		}
	}
	return result, nil
}

func (r *Result) add(ctx context.Context, d *model.Deployment, c Case, o Options, least int) error {
	own, peers := Addresses(c.Host), peersOf(d, c.Host)
	probes := Probes(d, c.Host, o, least)
	var sources []int
	for _, p := range probes {
		if p.SourcePort != 0 && !slices.Contains(sources, p.SourcePort) {
			sources = append(sources, p.SourcePort)
		}
	}
	rig, err := newRig(ctx, own, peers, sources)
	if err != nil {
		return err
	}
	defer rig.Close()
	if err := rig.listen(ctx, c.Host, own); err != nil {
		return err
	}
	if err := rig.load(ctx, c.Ruleset); err != nil {
		return err
	}
	for _, direction := range []struct {
		out  bool
		from *namespace
	}{{false, rig.world}, {true, rig.host}} {
		var some []Probe
		for _, p := range probes {
			if p.Out == direction.out {
				some = append(some, p)
			}
		}
		passed, err := direction.from.send(ctx, some)
		if err != nil {
			return err
		}
		for i, p := range some {
			r.Probes++
			if p.Want {
				r.Permitted++
			}
			if passed[i] != p.Want {
				r.Disagreements = append(r.Disagreements, p)
			}
		}
	}
	return nil
}

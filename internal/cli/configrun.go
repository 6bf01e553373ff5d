package cli

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/portspec/portspec/internal/config"
	"github.com/portspec/portspec/internal/english"
	"github.com/portspec/portspec/internal/output"
	"github.com/portspec/portspec/internal/targets"
)

// byFlags reports whether flags select what to generate, or how, so that the
// configuration does not apply.
func (w *workspace) byFlags(cmd *cobra.Command, products []string) bool {
	return len(products) > 0 || w.Site != "" ||
		slices.ContainsFunc(slices.Concat(goFlagNames, markdownFlagNames, firewallFlagNames), func(name string) bool { return cmd.Flags().Changed(name) })
}

// listed writes the outputs that the configuration lists, or those of the named targets.
func (g *generation) listed(cmd *cobra.Command, names []string, force bool) error {
	c := g.Config
	var chosen []config.Output
	var others []string
	var faults []error
	places := output.NewPlaces(c.Dir, append([]string{filepath.Base(c.Name), output.ManifestOf(filepath.Base(c.Name))}, c.Sites...))
	for _, o := range c.Generate {
		if len(names) > 0 && !slices.Contains(names, o.Target) {
			others = append(others, o.Out)
			continue
		}
		chosen = append(chosen, o)
		if err := places.Check(o.Out); err != nil {
			faults = append(faults, c.At(o, err))
		}
	}
	if len(chosen) == 0 {
		return fmt.Errorf("%s lists no output of the target %s", c.Name, english.Or(names))
	}
	if len(faults) > 0 {
		return errors.Join(faults...)
	}
	deployments, err := g.soundSites(cmd, g.result)
	if err != nil {
		return err
	}
	out := &output.Output{Dir: c.Dir, Config: filepath.Base(c.Name), Others: others, Force: force}
	out.Makes = func(name string) bool { return targets.Makes(name, true) }
	var jobs []*targets.Job
	entries := make(map[*targets.Job]config.Output)
	all := g.result.Shelf
	for _, o := range chosen {
		job, err := targets.Listed(c, o, all, deployments)
		if err != nil {
			faults = append(faults, c.At(o, err))
			continue
		}
		jobs, entries[job] = append(jobs, job), o
		out.Into(targets.Entry(o))
	}
	if len(faults) > 0 {
		return errors.Join(faults...)
	}
	g.taken = func(j *targets.Job, paths []string) error {
		if err := places.Take(targets.Entry(entries[j]), paths); err != nil {
			return c.At(entries[j], err)
		}
		return nil
	}
	return g.run(cmd, out, jobs)
}

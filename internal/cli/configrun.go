package cli

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/config"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/english"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/output"
	"github.com/portspec/portspec/internal/targets"
)

// byFlags reports whether flags select what to generate, or how, so that the
// configuration does not apply.
func (w *workspace) byFlags(cmd *cobra.Command, products []string) bool {
	return len(products) > 0 || w.Site != "" ||
		slices.ContainsFunc(slices.Concat(goFlagNames, markdownFlagNames), func(name string) bool { return cmd.Flags().Changed(name) })
}

// generateListed writes the outputs that the configuration lists, or those of the named
// targets.
func (w *workspace) generateListed(cmd *cobra.Command, result *load.Result, names []string, checkOnly, force bool) error {
	c := w.Config
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
		return fmt.Errorf("%s lists no output of %s", c.Name, english.Or(names))
	}
	if len(faults) > 0 {
		return errors.Join(faults...)
	}
	deployments, found, err := w.Deployments(result)
	if err != nil {
		return err
	}
	if found.HasErrors() {
		w.print(cmd.ErrOrStderr(), found.AtLeast(diag.Error), result)
		return errFindings
	}
	out := &output.Output{Dir: c.Dir, Config: filepath.Base(c.Name), Others: others, Force: force}
	out.Makes = func(name string) bool { return targets.Makes(name, true) }
	var files []gen.File
	var findings diag.List
	for _, o := range chosen {
		made, found, err := targets.Listed(c, o, result.Catalog, deployments, w.Checks)
		if err == nil {
			err = places.Take(targets.Entry(o), made)
		}
		if err != nil {
			faults = append(faults, c.At(o, err))
			continue
		}
		findings = append(findings, found...)
		files = append(files, made...)
		out.Into(targets.Entry(o), made)
	}
	if len(faults) > 0 {
		return errors.Join(faults...)
	}
	w.print(cmd.ErrOrStderr(), findings.Sort().AtLeast(diag.Warning), result)
	if findings.HasErrors() {
		return errFindings
	}
	slices.SortFunc(files, func(a, b gen.File) int { return strings.Compare(a.Path, b.Path) })
	return writeOutput(cmd, out, files, checkOnly)
}

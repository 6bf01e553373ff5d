package cli

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/golang"
	"github.com/portspec/portspec/gen/mermaid"
	"github.com/portspec/portspec/internal/check"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/english"
	"github.com/portspec/portspec/internal/limit"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/output"
	"github.com/portspec/portspec/internal/parallel"
)

func newGenerate(w *workspace) *cobra.Command {
	var out string
	var products []string
	var checkOnly, force bool
	var options golang.Options
	var list strings.Builder
	for _, t := range targets {
		fmt.Fprintf(&list, "\n  %-10s %s", t.name, t.summary)
	}
	cmd := &cobra.Command{
		Use:   "generate [TARGET...]",
		Short: "Write outputs",
		Long: `Generate writes the named targets, or all of them, each into the folder of its
name below --out. That folder afterwards holds what the specs say and no more:
a file that is no longer made is deleted, if portspec wrote it and nobody
edited it since. A file that somebody edited, or that portspec did not write,
is left alone and nothing at all is written, unless --force says so. What a
target cannot express is a warning, which does not change the status.

Where --out names a file that ends in .go, the target go writes one product to
that file alone, for the package that is there. With --package and no other
target, --out is the folder of that package.

Outputs of sites are made for every site of the workspace; with --site for that
one, and nothing for products; with --product for none.

In a repository with a portspec.yaml or portspec.cue, generate writes what that
lists, or the named targets of it; flags that say what and where, or how, stand
in place of the list.

Targets:` + list.String(),
		Example: `  portspec generate
  portspec generate go markdown --product igel-ums --out internal/ports
  portspec generate go --product igel-ums --out ports_gen.go
  portspec generate go --product igel-ums --package ports --out internal/ports
  portspec generate ansible --site acme.yaml --out network
  portspec generate --check`,
		ValidArgs: targetNames(),
		RunE: func(cmd *cobra.Command, args []string) error {
			chosen, err := chooseTargets(args)
			if err != nil {
				return err
			}
			if checkOnly && force {
				return fmt.Errorf("--check writes nothing, so --force has nothing to do; give one of them")
			}
			if w.site != "" && len(products) > 0 {
				return fmt.Errorf("--site makes the outputs of a site and --product those of products; give one of them")
			}
			if options, err = goOptions(cmd, options, chosen); err != nil {
				return err
			}
			var single *output.Output
			if output.IsGoFile(out) {
				if single, err = newGoFile(out, &options, chosen, products, w.site); err != nil {
					return err
				}
			}
			result, err := w.sound(cmd)
			if err != nil {
				return err
			}
			var catalog *model.Catalog
			var sites []*model.Deployment
			if w.site == "" {
				if catalog, err = chooseProducts(result.Catalog, products); err != nil {
					return err
				}
			}
			if err := fits(options, catalog); err != nil {
				return err
			}
			if single != nil {
				made, findings := options.File(catalog.Products[0])
				w.print(cmd.ErrOrStderr(), atLeast(findings, diag.Warning), result)
				if findings.HasErrors() {
					return errFindings
				}
				files := []gen.File{{Path: filepath.Base(out), Data: made}}
				single.Force = force
				single.Part(".", files, options.Tags)
				return writeOutput(cmd, single, files, checkOnly)
			}
			if w.config != nil && len(w.config.Generate) > 0 && out == "" && !w.byFlags(cmd, products) {
				return w.generateListed(cmd, result, args, checkOnly, force)
			}
			chosen = withGo(chosen, options)
			if len(products) == 0 {
				var found diag.List
				if sites, found, err = w.deployments(result); err != nil {
					return err
				}
				if found.HasErrors() {
					w.print(cmd.ErrOrStderr(), atLeast(found, diag.Error), result)
					return errFindings
				}
			}
			files, findings := generate(catalog, sites, chosen, w.checks)
			w.print(cmd.ErrOrStderr(), atLeast(findings, diag.Warning), result)
			o := &output.Output{Dir: out, Force: force, Targets: namesOf(chosen), All: targetNames()}
			o.Makes = func(name string) bool { return makes(name, false) }
			if out == "" {
				o.Dir, o.Below = cmp.Or(w.root, "."), "out"
			}
			if options.Package != "" && cmd.Flags().Changed("out") && len(chosen) == 1 {
				files = placed(files, "go", options.Package, ".")
				o.OnlyPackage(files, options.Tags)
				o.Makes = func(name string) bool { return makes("go/"+name, false) }
			}
			return writeOutput(cmd, o, files, checkOnly)
		},
	}
	flags := cmd.Flags()
	w.siteFlag(cmd)
	flags.StringVar(&out, "out", "", "the folder to write to (default out, beside cue.mod or in the current folder)")
	flags.StringSliceVar(&products, "product", nil, "only these products")
	goFlags(cmd, &options)
	flags.BoolVar(&checkOnly, "check", false, "say what would change, and write nothing")
	flags.BoolVar(&force, "force", false, "overwrite files that somebody edited")
	w.watchFlag(cmd)
	return cmd
}

// writeOutput writes the files and says so or, to check only, says what that would do.
func writeOutput(cmd *cobra.Command, o *output.Output, files []gen.File, checkOnly bool) error {
	o.Log = cmd.ErrOrStderr()
	if checkOnly {
		changes, err := o.Plan(files)
		printIgnored(cmd, o.Ignored)
		if err != nil {
			return err
		}
		return printPlan(cmd, changes, len(files))
	}
	end, err := limit.Finish(cmd.Context())
	if err != nil {
		return err
	}
	changes, err := o.Write(cmd.Context(), files)
	end()
	printIgnored(cmd, o.Ignored)
	if err != nil {
		return err
	}
	return printDone(cmd, changes, len(files), o.Refused)
}

// mostIgnored is how many of the files are named that a list should not have.
const mostIgnored = 5

// printIgnored names files that a list has although no target makes them.
func printIgnored(cmd *cobra.Command, names []string) {
	for i, name := range names {
		if i == mostIgnored {
			fmt.Fprintf(cmd.ErrOrStderr(), "and %d more\n", len(names)-i)
			return
		}
		fmt.Fprintf(cmd.ErrOrStderr(), "%s is listed as written by portspec, but no target makes such a file; it is left alone\n", shown(name))
	}
}

// done says what write did to a file, by what plan calls its state.
var done = map[string]string{output.Missing: "wrote", output.Changed: "rewrote", output.Surplus: "deleted", output.Edited: "overwrote"}

// printDone says what write did, or refused to do.
func printDone(cmd *cobra.Command, changes []output.Change, files int, refused bool) error {
	if refused {
		printChanges(cmd, changes, nil)
		fmt.Fprintf(cmd.ErrOrStderr(), "nothing was written: %s edited since portspec wrote it, or not written by portspec; --force overwrites\n",
			english.Count(len(changes), "file"))
		return errFindings
	}
	printChanges(cmd, changes, done)
	fmt.Fprintf(cmd.ErrOrStderr(), "%s, %d changed\n", english.Count(files, "file"), len(changes))
	return nil
}

// printPlan says what write would do.
func printPlan(cmd *cobra.Command, changes []output.Change, files int) error {
	printChanges(cmd, changes, nil)
	if len(changes) > 0 {
		fmt.Fprintf(cmd.ErrOrStderr(), "%s not as the specs say; run portspec generate\n", english.Count(len(changes), "file"))
		return errFindings
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "%s, all as the specs say\n", english.Count(files, "file"))
	return nil
}

// printChanges prints a line a file: what it is, or the word that there is for that.
func printChanges(cmd *cobra.Command, changes []output.Change, words map[string]string) {
	w := bufio.NewWriter(cmd.OutOrStdout())
	defer w.Flush()
	for _, c := range changes {
		printFile(w, cmp.Or(words[c.What], c.What), c.Path)
	}
}

// printFile says one thing of one file, in columns.
func printFile(w io.Writer, what, path string) {
	fmt.Fprintf(w, "%-9s %s\n", what, shown(path))
}

func chooseTargets(names []string) ([]target, error) {
	if len(names) == 0 {
		return slices.DeleteFunc(slices.Clone(targets), func(t target) bool { return t.named }), nil
	}
	for _, name := range names {
		if !slices.Contains(targetNames(), name) {
			return nil, fmt.Errorf("no target %s; there are %s", name, strings.Join(targetNames(), ", "))
		}
	}
	return slices.DeleteFunc(slices.Clone(targets), func(t target) bool { return !slices.Contains(names, t.name) }), nil
}

// chooseProducts is the catalogue of the named products and of the shared
// services that they use, or the whole one.
func chooseProducts(all *model.Catalog, ids []string) (*model.Catalog, error) {
	if len(ids) == 0 {
		return all, nil
	}
	chosen := &model.Catalog{}
	for _, id := range slices.Compact(slices.Sorted(slices.Values(ids))) {
		p := all.Product(id)
		if p == nil {
			var known []string
			for _, p := range all.Products {
				known = append(known, p.ID)
			}
			return nil, fmt.Errorf("no product %s; there are %s", id, strings.Join(known, ", "))
		}
		chosen.Products = append(chosen.Products, p)
		for _, c := range p.Components {
			if c.Service != "" {
				chosen.AddService(all.Service(c.Service))
			}
		}
	}
	chosen.Sort()
	return chosen, nil
}

// generate makes the files of targets, below the folders of their names: of all
// products, and of all sites. Files that sites share are there once.
func generate(catalog *model.Catalog, sites []*model.Deployment, chosen []target, o check.Options) ([]gen.File, diag.List) {
	var files []gen.File
	var findings diag.List
	// Targets are made beside each other, and put together in their order.
	type outcome struct {
		made  []gen.File
		found diag.List
	}
	ofCatalog, ofSites := make([]outcome, len(chosen)), make([][]outcome, len(chosen))
	// Diagrams are drawn once, by whichever target needs them first.
	draw := sync.OnceValue(func() (o outcome) {
		o.made, o.found = mermaid.Generate(catalog)
		return o
	})
	draws := slices.ContainsFunc(chosen, func(t target) bool { return t.name == drawing })
	parallel.Do(len(chosen), func(i int) {
		t, of := chosen[i], &ofCatalog[i]
		switch {
		case catalog == nil:
		case t.name == drawing:
			*of = draw()
		case draws && t.showing != nil:
			of.made, of.found = t.showing(catalog, func() []gen.File { return draw().made })
		default:
			of.made, of.found = t.generate(catalog)
		}
		for _, d := range sites {
			if t.site != nil {
				made, found := t.site(d)
				ofSites[i] = append(ofSites[i], outcome{made, found})
			}
		}
	})
	add := func(t target, made []gen.File, found diag.List) {
		for _, f := range made {
			files = append(files, gen.File{Path: path.Join(t.name, f.Path), Data: f.Data})
		}
		findings = append(findings, found...)
	}
	for i, t := range chosen {
		if catalog != nil {
			add(t, ofCatalog[i].made, t.accepted(catalog, ofCatalog[i].found, o))
		}
		for j, of := range ofSites[i] {
			add(t, of.made, check.SuppressSite(sites[j].Site, of.found, o, t.judges))
		}
	}
	slices.SortStableFunc(files, func(a, b gen.File) int { return strings.Compare(a.Path, b.Path) })
	files = slices.CompactFunc(files, func(a, b gen.File) bool { return a.Path == b.Path && bytes.Equal(a.Data, b.Data) })
	return files, findings.Sort()
}

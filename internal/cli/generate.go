package cli

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/golang"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/english"
	"github.com/portspec/portspec/internal/limit"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/output"
	"github.com/portspec/portspec/internal/targets"
)

func newGenerate(w *workspace) *cobra.Command {
	var out string
	var products []string
	var checkOnly, force bool
	var options golang.Options
	var list strings.Builder
	for _, t := range targets.All {
		fmt.Fprintf(&list, "\n  %-10s %s", t.Name, t.Summary)
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
		ValidArgs: targets.Names(),
		RunE: func(cmd *cobra.Command, args []string) error {
			chosen, err := targets.Choose(args)
			if err != nil {
				return err
			}
			if checkOnly && force {
				return fmt.Errorf("--check writes nothing, so --force has nothing to do; give one of them")
			}
			if w.Site != "" && len(products) > 0 {
				return fmt.Errorf("--site makes the outputs of a site and --product those of products; give one of them")
			}
			if options, err = goOptions(cmd, options, chosen); err != nil {
				return err
			}
			var single *output.Output
			if output.IsGoFile(out) {
				if single, err = newGoFile(out, &options, chosen, products, w.Site); err != nil {
					return err
				}
			}
			result, err := w.sound(cmd)
			if err != nil {
				return err
			}
			var catalog *model.Catalog
			var sites []*model.Deployment
			if w.Site == "" {
				if catalog, err = targets.Products(result.Catalog, products); err != nil {
					return err
				}
			}
			if err := targets.Fits(options, catalog, targets.ByFlags); err != nil {
				return err
			}
			if single != nil {
				made, findings := options.File(catalog.Products[0])
				w.print(cmd.ErrOrStderr(), findings.AtLeast(diag.Warning), result)
				if findings.HasErrors() {
					return errFindings
				}
				files := []gen.File{{Path: filepath.Base(out), Data: made}}
				single.Force = force
				single.Part(".", files, options.Tags)
				return writeOutput(cmd, single, files, checkOnly)
			}
			if w.Config != nil && len(w.Config.Generate) > 0 && out == "" && !w.byFlags(cmd, products) {
				return w.generateListed(cmd, result, args, checkOnly, force)
			}
			chosen = targets.WithGo(chosen, options)
			if len(products) == 0 {
				var found diag.List
				if sites, found, err = w.Deployments(result); err != nil {
					return err
				}
				if found.HasErrors() {
					w.print(cmd.ErrOrStderr(), found.AtLeast(diag.Error), result)
					return errFindings
				}
			}
			files, findings := targets.Generate(catalog, sites, chosen, w.Checks)
			w.print(cmd.ErrOrStderr(), findings.AtLeast(diag.Warning), result)
			o := &output.Output{Dir: out, Force: force, Targets: targets.NamesOf(chosen), All: targets.Names()}
			o.Makes = func(name string) bool { return targets.Makes(name, false) }
			if out == "" {
				o.Dir, o.Below = cmp.Or(w.Root, "."), "out"
			}
			if options.Package != "" && cmd.Flags().Changed("out") && len(chosen) == 1 {
				files = targets.Placed(files, "go", options.Package, ".")
				o.OnlyPackage(files, options.Tags)
				o.Makes = func(name string) bool { return targets.Makes("go/"+name, false) }
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
		fmt.Fprintf(cmd.ErrOrStderr(), "%s out of date; run portspec generate\n", english.Count(len(changes), "file"))
		return errFindings
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "%s, up to date\n", english.Count(files, "file"))
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

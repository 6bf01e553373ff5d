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
	"github.com/portspec/portspec/gen/markdown"
	"github.com/portspec/portspec/gen/nftables"
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
	var firewall nftables.Options
	var pages markdown.Options
	var list strings.Builder
	for _, t := range targets.All {
		fmt.Fprintf(&list, "\n  %-10s %s", t.Name, t.Summary)
	}
	cmd := &cobra.Command{
		Use:   "generate [TARGET...]",
		Short: "Write outputs",
		Long: `Generate writes the named targets, or all of them, each to its own folder below
--out. Files that are no longer generated are deleted if portspec wrote them and
nobody has edited them. If a file has been edited, or was not written by
portspec, generate writes nothing at all unless --force is given. A warning
reports what a target cannot express, and does not change the exit status.

If --out is a file name that ends in .go, the target go writes one product to
that single file, as part of the package in its folder. With --package and no
other target, --out is the folder of that package.

By default, generate makes the outputs of all products and sites of the
workspace. With --site, it makes only those of that site, and with --product
only those of these products.

In a repository with a portspec.yaml or portspec.cue, generate writes the
outputs listed there, or those of the named targets. Flags that select what to
write, where or how replace the list.

Targets:` + list.String(),
		Example: `  portspec generate
  portspec generate go markdown --product igel-ums --out internal/ports
  portspec generate go --product igel-ums --out ports_gen.go
  portspec generate go --product igel-ums --package ports --out internal/ports
  portspec generate markdown --flavor hugo --out content
  portspec generate ansible --site acme.yaml --out network
  portspec generate --check`,
		ValidArgs: targets.Names(),
		RunE: func(cmd *cobra.Command, args []string) error {
			chosen, err := targets.Choose(args)
			if err != nil {
				return err
			}
			if checkOnly && force {
				return fmt.Errorf("--check and --force cannot be used together")
			}
			if w.Site != "" && len(products) > 0 {
				return fmt.Errorf("--site and --product cannot be used together: outputs are either those of a site or those of products")
			}
			if options, err = goOptions(cmd, options, chosen); err != nil {
				return err
			}
			if err := markdownOptions(cmd, pages, chosen); err != nil {
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
			var product *model.Product // of a single file
			if single != nil {
				if product, err = targets.Only(catalog, targets.ByFlags); err != nil {
					return err
				}
			}
			if err := targets.Fits(options, catalog, targets.ByFlags); err != nil {
				return err
			}
			if single != nil {
				made, findings := options.File(product)
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
			chosen = targets.WithMarkdown(targets.WithFirewall(targets.WithGo(chosen, options), firewall), pages)
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
			if findings.HasErrors() {
				return errFindings
			}
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
	flags.StringVar(&out, "out", "", "folder to write to (default out, next to cue.mod or in the current folder)")
	flags.StringSliceVar(&products, "product", nil, "only these products")
	goFlags(cmd, &options)
	markdownFlags(cmd, &pages)
	firewallFlags(cmd, &firewall.Options)
	flags.BoolVar(&firewall.Observe, "observe", false, "rulesets log what they would drop, and let it pass")
	flags.BoolVar(&firewall.Partial, "allow-partial", false, "write rulesets that cannot express everything; they list what they lack")
	flags.BoolVar(&checkOnly, "check", false, "report what would change, and write nothing")
	flags.BoolVar(&force, "force", false, "overwrite files that were edited or that portspec did not write")
	w.watchFlag(cmd)
	return cmd
}

// writeOutput writes the files and reports what changed or, if checkOnly, only reports
// what would change.
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

// mostIgnored limits how many wrongly listed files are named.
const mostIgnored = 5

// printIgnored names files that a manifest lists although no target makes such files.
func printIgnored(cmd *cobra.Command, names []string) {
	for i, name := range names {
		if i == mostIgnored {
			fmt.Fprintf(cmd.ErrOrStderr(), "and %d more\n", len(names)-i)
			return
		}
		fmt.Fprintf(cmd.ErrOrStderr(), "%s is listed as written by portspec, but no target makes such a file; it is left alone\n", shown(name))
	}
}

// done maps the state of a file in a plan to what writing did to it.
var done = map[string]string{output.Missing: "wrote", output.Changed: "rewrote", output.Surplus: "deleted", output.Edited: "overwrote"}

// printDone prints what Write did, or refused to do.
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

// printPlan prints what Write would do.
func printPlan(cmd *cobra.Command, changes []output.Change, files int) error {
	printChanges(cmd, changes, nil)
	if len(changes) > 0 {
		fmt.Fprintf(cmd.ErrOrStderr(), "%s out of date; run portspec generate\n", english.Count(len(changes), "file"))
		return errFindings
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "%s, up to date\n", english.Count(files, "file"))
	return nil
}

// printChanges prints a line for each file, with its state or the word for that state.
func printChanges(cmd *cobra.Command, changes []output.Change, words map[string]string) {
	w := bufio.NewWriter(cmd.OutOrStdout())
	defer w.Flush()
	for _, c := range changes {
		printFile(w, cmp.Or(words[c.What], c.What), c.Path)
	}
}

// printFile prints a word and a file name in columns.
func printFile(w io.Writer, what, path string) {
	fmt.Fprintf(w, "%-9s %s\n", what, shown(path))
}

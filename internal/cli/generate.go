package cli

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/golang"
	"github.com/portspec/portspec/gen/markdown"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/english"
	"github.com/portspec/portspec/internal/limit"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/output"
	"github.com/portspec/portspec/internal/policy"
	"github.com/portspec/portspec/internal/targets"
)

// generateFlags are the flags of generate.
type generateFlags struct {
	out          string
	products     []string
	check, force bool
	options      golang.Options
	firewall     policy.Settings
	pages        markdown.Options
}

func newGenerate(w *workspace) *cobra.Command {
	var f generateFlags
	var list strings.Builder
	for _, t := range targets.All {
		fmt.Fprintf(&list, "\n  %-10s %s", t.Name, t.Summary)
	}
	cmd := &cobra.Command{
		Use:   "generate [TARGET...]",
		Short: "Write outputs",
		Long: `Generate writes the named targets or, without names, all except those marked
"only if named", each to its own folder below --out. Files that are no longer
generated are deleted if portspec wrote them and nobody has edited them. If a
file has been edited, or was not written by portspec, generate writes nothing at
all unless --force is given. A warning reports what a target cannot express, and
does not change the exit status.

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
		RunE:      w.shelved(func(cmd *cobra.Command, args []string) error { return f.run(w, cmd, args) }),
	}
	flags := cmd.Flags()
	w.siteFlag(cmd)
	flags.StringVar(&f.out, "out", "", "folder to write to (default out, next to cue.mod or in the current folder)")
	flags.StringSliceVar(&f.products, "product", nil, "only these products")
	goFlags(cmd, &f.options)
	markdownFlags(cmd, &f.pages)
	firewallFlags(cmd, &f.firewall)
	flags.BoolVar(&f.check, "check", false, "report what would change, and write nothing")
	flags.BoolVar(&f.force, "force", false, "overwrite files that were edited or that portspec did not write")
	w.watchFlag(cmd)
	return cmd
}

// run makes what the flags and the arguments name: a single Go file, the outputs that the
// configuration lists, or those of targets.
func (f *generateFlags) run(w *workspace, cmd *cobra.Command, args []string) error {
	chosen, err := f.choose(w, cmd, args)
	if err != nil {
		return err
	}
	var single *output.Output
	if output.IsGoFile(f.out) {
		if single, err = newGoFile(f.out, &f.options, chosen, f.products, w.Site); err != nil {
			return err
		}
	}
	result, err := w.sound(cmd)
	if err != nil {
		return err
	}
	var shelf *model.Shelf
	if w.Site == "" {
		if shelf, err = targets.Products(result.Shelf, f.products); err != nil {
			return err
		}
	}
	g := &generation{workspace: w, result: result, check: f.check}
	if single != nil {
		return f.goFile(cmd, g, single, chosen[0], shelf)
	}
	if err := targets.Fits(f.options, shelf, targets.ByFlags); err != nil {
		return err
	}
	if w.Config != nil && len(w.Config.Generate) > 0 && f.out == "" && !w.byFlags(cmd, f.products) {
		return g.listed(cmd, args, f.force)
	}
	return f.folders(cmd, g, chosen, shelf)
}

// choose returns the named targets, and an error for flags that do not apply to them.
func (f *generateFlags) choose(w *workspace, cmd *cobra.Command, args []string) ([]targets.Target, error) {
	chosen, err := targets.Choose(args)
	switch {
	case err != nil:
		return nil, err
	case f.check && f.force:
		return nil, fmt.Errorf("--check and --force cannot be used together")
	case w.Site != "" && len(f.products) > 0:
		return nil, fmt.Errorf("--site and --product cannot be used together: outputs are either those of a site or those of products")
	}
	if f.options, err = goOptions(cmd, f.options, chosen); err != nil {
		return nil, err
	}
	if err := markdownOptions(cmd, f.pages, chosen); err != nil {
		return nil, err
	}
	return chosen, firewallOptions(cmd, chosen)
}

// goFile makes a single Go file.
func (f *generateFlags) goFile(cmd *cobra.Command, g *generation, o *output.Output, t targets.Target, shelf *model.Shelf) error {
	file, err := targets.OneFile(t, shelf, filepath.Base(f.out), f.options, targets.ByFlags)
	if err != nil {
		return err
	}
	if err := targets.Fits(f.options, shelf, targets.ByFlags); err != nil {
		return err
	}
	o.Force = f.force
	o.OnlyFile(filepath.Base(f.out), f.options.Tags)
	return g.run(cmd, o, []*targets.Job{file})
}

// folders makes the outputs of targets, each in a folder of its own or, of a single Go package,
// in the folder that --out names.
func (f *generateFlags) folders(cmd *cobra.Command, g *generation, chosen []targets.Target, shelf *model.Shelf) error {
	chosen = targets.WithMarkdown(targets.WithFirewall(targets.WithGo(chosen, f.options), f.firewall), f.pages)
	var sites []*model.Deployment
	if len(f.products) == 0 {
		var err error
		if sites, err = g.soundSites(cmd, g.result); err != nil {
			return err
		}
	}
	if err := targets.FirewallFits(chosen, f.firewall, sites); err != nil {
		return err
	}
	o := &output.Output{Dir: f.out, Force: f.force, Targets: targets.NamesOf(chosen), All: targets.Names()}
	o.Makes = func(name string) bool { return targets.Makes(name, false) }
	if f.out == "" {
		o.Dir, o.Below = cmp.Or(g.Root, "."), "out"
	}
	var jobs []*targets.Job
	for _, t := range chosen {
		jobs = append(jobs, &targets.Job{Target: t, Products: shelf, Sites: sites, Dir: t.Name})
	}
	if f.options.Package != "" && cmd.Flags().Changed("out") && len(chosen) == 1 {
		jobs[0].Dir, jobs[0].Package = ".", f.options.Package
		o.OnlyPackage(f.options.Tags)
		o.Makes = func(name string) bool { return targets.Makes("go/"+name, false) }
	}
	return g.run(cmd, o, jobs)
}

// soundSites returns the resolved sites. Their errors are printed and end the run.
func (w *workspace) soundSites(cmd *cobra.Command, result *load.Result) ([]*model.Deployment, error) {
	all, found, err := w.Deployments(result)
	if err == nil && found.HasErrors() {
		w.print(cmd.ErrOrStderr(), found.AtLeast(diag.Error), result)
		err = errFindings
	}
	return all, err
}

// shelved returns a run that loads products one at a time. If the cache loses one of them in the
// meantime, it runs again without reading the cache. By then, nothing has been written.
func (w *workspace) shelved(run func(*cobra.Command, []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		w.Shelve = true
		err := run(cmd, args)
		if errors.As(err, new(load.Missing)) {
			w.Anew = true
			err = run(cmd, args)
		}
		return err
	}
}

// A generation makes outputs and writes them.
type generation struct {
	*workspace
	result *load.Result
	check  bool // only report what would change
	// taken is called with the paths of the files of each job, before anything is written.
	// If it fails for a job, nothing is written. It may be nil.
	taken func(*targets.Job, []string) error
}

// run makes the files of jobs, and writes them and reports what changed or, for a check, only
// reports what would change.
func (g *generation) run(cmd *cobra.Command, o *output.Output, jobs []*targets.Job) error {
	o.Log, o.Check, o.Most = cmd.ErrOrStderr(), g.check, int64(g.limits.Memory)
	defer o.Close()
	defer keepHeap(heapFor(len(jobs)))()
	if err := o.Begin(cmd.Context()); err != nil {
		printIgnored(cmd, o.Ignored)
		return err
	}
	findings, err := g.make(o, jobs)
	if err != nil {
		return err
	}
	g.print(cmd.ErrOrStderr(), findings.AtLeast(diag.Warning), g.result)
	if findings.HasErrors() {
		return errFindings
	}
	end, err := limit.Finish(cmd.Context())
	if err != nil {
		return err
	}
	changes, err := o.End(cmd.Context())
	end()
	printIgnored(cmd, o.Ignored)
	switch {
	case err != nil:
		return err
	case g.check:
		return printPlan(cmd, changes, o.Len())
	}
	return printDone(cmd, changes, o.Len(), o.Refused)
}

// make adds the files of jobs to the output, and returns findings about what they cannot
// express.
func (g *generation) make(o *output.Output, jobs []*targets.Job) (diag.List, error) {
	var mu sync.Mutex
	paths := make(map[*targets.Job][]string)
	findings, err := targets.Make(jobs, g.Checks, func(j *targets.Job, files ...gen.File) error {
		if g.taken != nil {
			mu.Lock()
			for _, f := range files {
				paths[j] = append(paths[j], f.Path)
			}
			mu.Unlock()
		}
		return o.Add(files...)
	})
	if err != nil || g.taken == nil {
		return findings, err
	}
	var faults []error
	for _, j := range jobs {
		slices.Sort(paths[j]) // some twice, because sites share them
		if err := g.taken(j, slices.Compact(paths[j])); err != nil {
			faults = append(faults, err)
		}
	}
	return findings, errors.Join(faults...)
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
var done = map[output.State]string{output.Missing: "wrote", output.Changed: "rewrote", output.Surplus: "deleted", output.Edited: "overwrote"}

// printDone prints what was written, or what must not be overwritten if writing was refused.
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

// printPlan prints what would be written.
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
func printChanges(cmd *cobra.Command, changes []output.Change, words map[output.State]string) {
	w := bufio.NewWriter(cmd.OutOrStdout())
	defer w.Flush()
	for _, c := range changes {
		printFile(w, cmp.Or(words[c.What], c.What.String()), c.Path)
	}
}

// printFile prints a word and a file name in columns.
func printFile(w io.Writer, what, path string) {
	fmt.Fprintf(w, "%-9s %s\n", what, shown(path))
}

package cli

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/review"
	"github.com/portspec/portspec/internal/check"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/diff"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/model"
)

func newReview(w *workspace) *cobra.Command {
	var base string
	cmd := &cobra.Command{
		Use:   "review [DIR]",
		Short: "One Markdown report of what a pull request means",
		Long: `Review compares the workspace with the same in another commit and prints one
report for a pull request, in Markdown: what it means for whom, findings that
are new or mended, what the network must open and may close, with a diagram, which
hosts of the workspace's sites and which outputs change. It keeps within the size
of a comment on GitHub and says what it leaves out. Where the base has gone on,
--base main... compares with the commit that it was left at. The status is 1 where the
workspace has errors that the base has not.`,
		Example: `  portspec review --base main
  portspec review --base origin/main >> "$GITHUB_STEP_SUMMARY"`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := w.takeDir(args); err != nil {
				return err
			}
			sides, err := w.diffSides(cmd, []string{base})
			if err != nil {
				return err
			}
			var read [2]*reviewed
			for i, s := range sides {
				if read[i], err = w.reviewed(cmd, s); err != nil {
					return err
				}
			}
			report := newReport(base, read[0], read[1])
			if _, err := cmd.OutOrStdout().Write(report.Markdown()); err != nil {
				return err
			}
			if report.New.HasErrors() {
				return errFindings
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&base, "base", "HEAD", "what to compare with: a commit, a folder, or exported JSON")
	return cmd
}

// reviewed is one of the versions that a review compares.
type reviewed struct {
	result *load.Result
	sites  []*model.Deployment
	files  []gen.File // nil where there are errors
}

func (w *workspace) reviewed(cmd *cobra.Command, s *diffSide) (*reviewed, error) {
	result, err := s.load(cmd, w)
	if err != nil {
		return nil, err
	}
	r := &reviewed{result: result}
	if result.Findings.HasErrors() {
		return r, nil
	}
	one := workspace{}
	var found diag.List
	if r.sites, found, err = one.deployments(result); err != nil {
		return nil, err
	}
	result.Findings = append(slices.Clone(result.Findings), found...).Sort()
	if result.Findings.HasErrors() {
		return r, nil
	}
	chosen, err := chooseTargets(nil)
	if err != nil {
		return nil, err
	}
	r.files, _ = generate(result.Catalog, r.sites, chosen, check.Options{})
	return r, nil
}

// newReport compares two versions.
func newReport(base string, old, new *reviewed) *review.Report {
	r := &review.Report{
		Base: base,
		Changes: diff.CompareSides(
			diff.Side{Catalog: old.result.Catalog, Findings: old.result.Findings},
			diff.Side{Catalog: new.result.Catalog, Findings: new.result.Findings},
		),
		New:    foundOnly(new.result.Findings, old.result.Findings),
		Mended: foundOnly(old.result.Findings, new.result.Findings),
		Partly: old.files == nil || new.files == nil,
	}
	for _, a := range r.Changes.Actions {
		r.Actions = append(r.Actions, review.Line{Class: a.Class, Product: a.Product, Text: actionText(a)})
	}
	slices.SortStableFunc(r.Actions, func(a, b review.Line) int {
		return slices.Index(diff.Classes, a.Class) - slices.Index(diff.Classes, b.Class)
	})
	for _, x := range r.Changes.Changes {
		r.Others = append(r.Others, review.Line{Class: x.Class, Product: x.Product, Text: changeText(x)})
	}
	if !r.Partly {
		r.Outputs = changedOutputs(old.files, new.files)
		r.Sites = changedSites(old.sites, new.sites)
	}
	return r
}

// foundOnly is the findings of one list that are not in another one. Lines may
// move without a finding being new.
func foundOnly(list, other diag.List) diag.List {
	type key struct{ code, file, path, message string }
	keyOf := func(f diag.Finding) key { return key{f.Code, f.Position.File, f.Path, f.Message} }
	known := make(map[key]bool)
	for _, f := range other {
		known[keyOf(f)] = true
	}
	var only diag.List
	for _, f := range atLeast(list, diag.Warning) {
		if !known[keyOf(f)] {
			only = append(only, f)
		}
	}
	return only
}

// changedOutputs lists by target the files that differ.
func changedOutputs(old, new []gen.File) []review.Output {
	was := make(map[string][]byte, len(old))
	for _, f := range old {
		was[f.Path] = f.Data
	}
	var all []review.Output
	of := func(name string) (*review.Output, string) {
		target, rest, _ := strings.Cut(name, "/")
		i := slices.IndexFunc(all, func(o review.Output) bool { return o.Target == target })
		if i < 0 {
			i = len(all)
			all = append(all, review.Output{Target: target})
		}
		return &all[i], rest
	}
	for _, f := range new {
		data, ok := was[f.Path]
		delete(was, f.Path)
		switch {
		case !ok:
			o, name := of(f.Path)
			o.Added = append(o.Added, name)
		case !bytes.Equal(data, f.Data):
			o, name := of(f.Path)
			o.Changed = append(o.Changed, name)
		}
	}
	for _, f := range old {
		if _, ok := was[f.Path]; ok {
			o, name := of(f.Path)
			o.Removed = append(o.Removed, name)
		}
	}
	slices.SortFunc(all, func(a, b review.Output) int { return strings.Compare(a.Target, b.Target) })
	return all
}

// changedSites lists by site the hosts that need other rules.
func changedSites(old, new []*model.Deployment) []review.Site {
	was := make(map[string]map[string]map[string]bool)
	for _, d := range old {
		was[d.Site.ID] = rulesOf(d)
	}
	is := make(map[string]map[string]map[string]bool)
	var ids []string
	for _, d := range new {
		is[d.Site.ID] = rulesOf(d)
	}
	for id := range was {
		ids = append(ids, id)
	}
	for id := range is {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	var all []review.Site
	for _, id := range slices.Compact(ids) {
		s := review.Site{ID: id}
		var hosts []string
		for h := range was[id] {
			hosts = append(hosts, h)
		}
		for h := range is[id] {
			hosts = append(hosts, h)
		}
		slices.Sort(hosts)
		for _, h := range slices.Compact(hosts) {
			host := review.Host{ID: h}
			host.OpensIn, host.OpensOut, host.Opened = onlyRules(is[id][h], was[id][h])
			host.ClosesIn, host.ClosesOut, host.ClosedSince = onlyRules(was[id][h], is[id][h])
			if host != (review.Host{ID: h}) {
				s.Hosts = append(s.Hosts, host)
			}
		}
		if len(s.Hosts) > 0 {
			all = append(all, s)
		}
	}
	return all
}

// rulesOf is the sockets and permits of each host as words that tell them apart.
func rulesOf(d *model.Deployment) map[string]map[string]bool {
	hosts := make(map[string]map[string]bool)
	for _, h := range d.Hosts {
		hosts[h.ID] = make(map[string]bool)
	}
	eachLine(d.Hosts, func(l deployedLine) {
		var peers []string
		for _, end := range l.peers {
			peers = append(peers, end.ID()+" "+strings.Join(end.Addresses(), " "))
		}
		slices.Sort(peers)
		hosts[l.host][fmt.Sprintf("%s %s %s %s %s %s %q %q", l.direction, l.place, l.listener, l.flow, l.transport, l.ports, peers, l.groups)] = true
	})
	return hosts
}

// onlyRules counts what is in one set and not in another one.
func onlyRules(a, b map[string]bool) (in, out, sockets int) {
	for rule := range a {
		switch direction, _, _ := strings.Cut(rule, " "); {
		case b[rule]:
		case direction == "inbound":
			in++
		case direction == "outbound":
			out++
		default:
			sockets++
		}
	}
	return in, out, sockets
}

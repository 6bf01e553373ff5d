// Package review reports the effects of a pull request, as one Markdown comment. A
// [Report] lists what has changed; [Report.Markdown] stays within the size of a
// comment, and mentions what it leaves out.
package review

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen/changes"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/diff"
	"github.com/portspec/portspec/internal/english"
)

// MaxSize is the maximum size of a report, in bytes. GitHub accepts comments of 65,536
// characters, of which there are never more than bytes, however they are counted. The
// rest is for what others add.
const MaxSize = 65_000

// A Report is what has changed between two versions of specs.
type Report struct {
	Base string `json:"base"` // name of the old version
	// Breaks lists the users for whom a change is breaking.
	Breaks []diff.User `json:"breaks"`
	// New are the findings of the new version only, and Fixed those of the old version only.
	New     diag.List     `json:"new_findings"`
	Fixed   diag.List     `json:"fixed_findings"`
	Changes *diff.Changes `json:"changes"`
	// Sites lists the sites with hosts whose rules change.
	Sites   []Site   `json:"sites"`
	Outputs []Output `json:"outputs"`
	// NoOutputs is the reason why outputs were not compared; "" if they were.
	NoOutputs string `json:"no_outputs,omitempty"`
	// Partly means that a version has errors: its incomplete parts and all sites were not
	// compared.
	Partly bool `json:"partly"`
	// Actions and Others are the changes in words: the consequences for the network, and
	// all changes.
	Actions []changes.Line `json:"-"`
	Others  []changes.Line `json:"-"`
}

// An Output is the output of a target in one place, with the files that change.
type Output struct {
	Target  string   `json:"target"`
	Out     string   `json:"out"`               // the folder, or the file
	Changed []string `json:"changed,omitempty"` // files in it
	Added   []string `json:"added,omitempty"`
	Removed []string `json:"removed,omitempty"`
}

// A Site is a site with hosts that are affected.
type Site struct {
	ID      string             `json:"site"`
	Kind    diff.Kind          `json:"kind"` // added, removed or changed
	Changes []*diff.SiteChange `json:"changes"`
	// Rules are the changes in words.
	Rules []changes.RuleLine `json:"-"`
}

// Markdown returns the report. The most important sections come first, and the last ones are
// shortened if there is too much.
func (r *Report) Markdown() []byte {
	var b strings.Builder
	b.WriteString("### portspec: " + r.verdict() + "\n")
	sections := r.sections()
	for i, s := range sections {
		room := MaxSize - b.Len() - reserve*(len(sections)-i-1)
		if s.share > 0 {
			room = min(room, s.share)
		}
		s.write(&b, room)
	}
	return []byte(b.String())
}

func (r *Report) sections() []section {
	all := "portspec diff " + r.baseWord()
	sections := []section{
		{title: "New findings", lines: findings(r.New), share: 12_000, command: "portspec vet"},
		{title: "For the network", head: changeHead, lines: rows(r.Actions), share: 16_000, command: all},
	}
	if d := r.diagrams(); d != "" {
		sections = append(sections, section{title: "Connections", raw: d, command: all})
	}
	sections = append(sections,
		section{title: "Hosts of sites", head: hostHead, lines: r.hosts(), share: 5_000, command: all + " --site SITE"},
		section{title: "Rules of hosts", head: ruleHead, lines: r.rules(), share: 7_000, command: all + " --site SITE", folded: true},
		section{title: "Outputs that change", head: outputHead, lines: r.outputs(), share: 5_000, command: "portspec generate --check"},
	)
	if r.NoOutputs != "" {
		sections = append(sections, section{title: "Outputs", raw: "Not compared: " + text(r.NoOutputs) + ".\n", command: all})
	}
	return append(sections,
		section{title: "Findings fixed", lines: findings(r.Fixed), share: 5_000, command: all, folded: true},
		section{title: "Everything that changed", head: changeHead, lines: rows(r.Others), command: all, folded: true},
	)
}

const (
	changeHead = "| | Product | What |\n| --- | --- | --- |\n"
	hostHead   = "Rules that are new (+), gone (−) or changed (±).\n\n| Site | Hosts | Inbound | Outbound | Sockets |\n| --- | --- | --- | --- | --- |\n"
	ruleHead   = "| | Site | Rule | Hosts |\n| --- | --- | --- | --- |\n"
	outputHead = "| Target | Where | Changed | New | Gone | Files |\n| --- | --- | --- | --- | --- | --- |\n"
)

// baseWord returns the base as an argument for commands, or "BASE" if it cannot be shown as code.
func (r *Report) baseWord() string {
	if r.Base == "" || strings.ContainsFunc(r.Base, func(c rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./~^:", c)
	}) {
		return "BASE"
	}
	return r.Base
}

// verdict returns the effects of the change in one line, the most urgent first.
func (r *Report) verdict() string {
	counts := map[diff.Class]int{}
	for _, a := range r.Actions {
		counts[a.Class] += a.Count
	}
	var parts []string
	if n := errors(r.New); n > 0 {
		parts = append(parts, fmt.Sprintf("**%s, so nothing can be generated**", english.Count(n, "new error")))
	} else if n := len(r.New); n > 0 {
		parts = append(parts, english.Count(n, "new finding"))
	}
	for _, c := range diff.Classes {
		if n := counts[c]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, c.Title()))
		}
	}
	if n := r.affected(); n > 0 {
		parts = append(parts, english.Count(n, "host")+" with changed rules")
	}
	if len(parts) == 0 && len(r.Fixed) > 0 {
		parts = append(parts, english.Count(len(r.Fixed), "finding")+" fixed")
	}
	text := strings.Join(parts, ", ")
	switch {
	case text == "" && len(r.Others)+len(r.Outputs)+len(r.Sites) == 0 && (r.Changes == nil || r.Changes.Empty()):
		return "nothing has changed in the specs"
	case text == "":
		text = "nothing changes for the network"
	}
	if len(r.Breaks) > 0 {
		var words []string
		for _, u := range r.Breaks {
			words = append(words, string(u))
		}
		text += "; breaking for " + strings.Join(words, ", ")
	}
	if r.Partly {
		text += "; specs with errors were compared in part"
	}
	return text
}

// affected returns how many hosts need other rules.
func (r *Report) affected() int {
	n := 0
	for _, s := range r.Sites {
		hosts := make(map[string]bool)
		for _, x := range s.Changes {
			hosts[x.Host] = true
		}
		n += len(hosts)
	}
	return n
}

func errors(list diag.List) int {
	return len(slices.DeleteFunc(slices.Clone(list), func(f diag.Finding) bool { return f.Severity != diag.Error }))
}

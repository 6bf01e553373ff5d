// Package review writes what a pull request means, as one Markdown comment. A
// [Report] says what has changed; [Report.Markdown] keeps within the size of a
// comment and says what it leaves out.
package review

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen/markdown"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/diff"
	"github.com/portspec/portspec/internal/pattern"
)

// MaxSize is the largest report, in bytes. GitHub takes comments of 65,536
// characters; as there are never more characters than bytes, however they are
// counted, this is within it. What is spare is for what others add.
const MaxSize = 65_000

// A Report is what has changed between two versions of specs.
type Report struct {
	Base string `json:"base"` // what the old version is called
	// Breaks lists for whom something is breaking.
	Breaks []diff.User `json:"breaks"`
	// New and Mended are findings that one version has and the other has not.
	New     diag.List     `json:"new_findings"`
	Mended  diag.List     `json:"mended_findings"`
	Changes *diff.Changes `json:"changes"`
	// Sites are those with hosts whose rules change.
	Sites   []Site   `json:"sites"`
	Outputs []Output `json:"outputs"`
	// NoOutputs says why outputs were not compared; "" where they were.
	NoOutputs string `json:"no_outputs,omitempty"`
	// Partly says that a version has errors: what it does not have whole was not
	// compared, and no sites.
	Partly bool `json:"partly"`
	// Actions and Others are the changes in words: what follows for the network,
	// and everything.
	Actions []Line `json:"-"`
	Others  []Line `json:"-"`
}

// A Line is one change in words, or several that are alike.
type Line struct {
	Class   diff.Class
	Product string // its id; "" for none
	Text    string
	Count   int // how many changes it is
}

// An Output is what a target makes in one place, where files of it change.
type Output struct {
	Target  string   `json:"target"`
	Out     string   `json:"out"`               // the folder, or the file
	Changed []string `json:"changed,omitempty"` // files in it
	Added   []string `json:"added,omitempty"`
	Removed []string `json:"removed,omitempty"`
}

// A Site is one with hosts that are affected.
type Site struct {
	ID      string             `json:"site"`
	Kind    diff.Kind          `json:"kind"` // added, removed or changed
	Changes []*diff.SiteChange `json:"changes"`
	// Rules are the changes in words.
	Rules []RuleLine `json:"-"`
}

// A RuleLine is a rule that changes in words, or several that are alike, and the
// hosts that it is of.
type RuleLine struct {
	Class diff.Class
	Text  string
	Hosts []string
	Count int // how many rules it is
}

// A section is a heading and lines, of which the last may be left out.
type section struct {
	title   string
	head    string // of a table
	lines   []entry
	share   int    // how many bytes it takes at most; 0 for what there is room for
	command string // shows all of them
	folded  bool
	raw     string // in place of lines: all or nothing
}

// An entry is a line of a section that stands for some of what it counts. One
// without text is behind those that can be shown.
type entry struct {
	text  string
	count int
}

// most is how many lines a section has at most: more than there is room for.
const most = 250

func (s *section) total() int {
	n := 0
	for _, l := range s.lines {
		n += l.count
	}
	return n
}

// Markdown is the report. Sections come by how much they matter, and the last
// give way where there is too much.
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

// reserve is what each section can count on: its title and that it was left out.
const reserve = 300

// write adds a section within room bytes.
func (s *section) write(b *strings.Builder, room int) {
	if s.raw != "" {
		if whole := "\n#### " + s.title + "\n\n" + s.raw; len(whole) <= room-reserve {
			b.WriteString(whole)
		} else {
			fmt.Fprintf(b, "\n#### %s\n\nIt is too large for a comment; `%s` shows what it would.\n", s.title, s.command)
		}
		return
	}
	if len(s.lines) == 0 {
		return
	}
	total := s.total()
	var body strings.Builder
	if s.folded {
		fmt.Fprintf(&body, "\n<details><summary>%s (%d)</summary>\n\n", s.title, total)
	} else {
		fmt.Fprintf(&body, "\n#### %s (%d)\n\n", s.title, total)
	}
	body.WriteString(s.head)
	left := total
	for _, line := range s.lines {
		if line.text == "" || body.Len()+len(line.text)+1 > room-reserve {
			break
		}
		body.WriteString(line.text + "\n")
		left -= line.count
	}
	if left > 0 {
		fmt.Fprintf(&body, "\n%d more are not shown here; `%s` lists them.\n", left, s.command)
	}
	if s.folded {
		body.WriteString("\n</details>\n")
	}
	b.WriteString(body.String())
}

func (r *Report) sections() []section {
	all := "portspec diff " + r.baseWord()
	sections := []section{
		{title: "New findings", lines: findings(r.New), share: 12_000, command: "portspec vet"},
		{title: "For the network", head: changeHead, lines: rows(r.Actions), share: 16_000, command: all},
	}
	if d := r.diagram(); d != "" {
		sections = append(sections, section{title: "Connections", raw: d, command: all})
	}
	sections = append(sections,
		section{title: "Hosts of sites", head: hostHead, lines: r.hosts(), share: 5_000, command: all + " --site SITE"},
		section{title: "Rules of hosts", head: ruleHead, lines: r.rules(), share: 7_000, command: all + " --site SITE", folded: true},
		section{title: "Outputs that change", head: outputHead, lines: r.outputs(), share: 5_000, command: "portspec generate --check"},
	)
	if r.NoOutputs != "" {
		sections = append(sections, section{title: "Outputs", raw: "They are not compared: " + text(r.NoOutputs) + ".\n", command: all})
	}
	return append(sections,
		section{title: "Findings mended", lines: findings(r.Mended), share: 5_000, command: all, folded: true},
		section{title: "Everything that changed", head: changeHead, lines: rows(r.Others), command: all, folded: true},
	)
}

const (
	changeHead = "| | Product | What |\n| --- | --- | --- |\n"
	hostHead   = "Rules that are new (+), gone (−) and other than before (±).\n\n| Site | Hosts | Inbound | Outbound | Sockets |\n| --- | --- | --- | --- | --- |\n"
	ruleHead   = "| | Site | Rule | Hosts |\n| --- | --- | --- | --- |\n"
	outputHead = "| Target | Where | Changed | New | Gone | Files |\n| --- | --- | --- | --- | --- | --- |\n"
)

// baseWord is the base as an argument, where it can be shown as code.
func (r *Report) baseWord() string {
	if r.Base == "" || strings.ContainsFunc(r.Base, func(c rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./~^:", c)
	}) {
		return "BASE"
	}
	return r.Base
}

// verdict says in a line what the change means, the most urgent first.
func (r *Report) verdict() string {
	counts := map[diff.Class]int{}
	for _, a := range r.Actions {
		counts[a.Class] += a.Count
	}
	var parts []string
	if n := errors(r.New); n > 0 {
		parts = append(parts, fmt.Sprintf("**%s, so that nothing can be generated**", plural(n, "new error")))
	} else if n := len(r.New); n > 0 {
		parts = append(parts, plural(n, "new finding"))
	}
	for _, c := range diff.Classes {
		if n := counts[c]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, c.Title()))
		}
	}
	if n := r.affected(); n > 0 {
		parts = append(parts, plural(n, "host")+" with other rules")
	}
	if len(parts) == 0 && len(r.Mended) > 0 {
		parts = append(parts, plural(len(r.Mended), "finding")+" mended")
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

// affected is how many hosts need other rules.
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

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// mostAlike is how many findings of one code are listed each by itself.
const mostAlike = 5

// findings lists those that are errors first; many of one code are one entry, with
// the first of them.
func findings(list diag.List) []entry {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b diag.Finding) int {
		return cmp.Or(b.Severity.Rank()-a.Severity.Rank(), cmp.Compare(a.Code, b.Code))
	})
	var lines []entry
	for len(list) > 0 {
		n := 1
		for n < len(list) && list[n].Code == list[0].Code && list[n].Severity == list[0].Severity {
			n++
		}
		same := list[:n]
		list = list[n:]
		if n <= mostAlike {
			for _, f := range same {
				lines = append(lines, entry{fmt.Sprintf("- **%s** %s%s", f.Severity, f.Code, finding(f)), 1})
			}
			continue
		}
		line := fmt.Sprintf("- **%s** %s, %d times", same[0].Severity, same[0].Code, n)
		if c, ok := diag.Lookup(same[0].Code); ok {
			line += ". What has to hold: " + text(c.Title)
		}
		for _, f := range same[:mostAlike-2] {
			line += "\n  - " + strings.TrimPrefix(strings.TrimPrefix(finding(f), ":"), " ")
		}
		lines = append(lines, entry{line + fmt.Sprintf("\n  - and %d more", n-mostAlike+2), n})
	}
	return lines
}

// finding is where one is and what it says.
func finding(f diag.Finding) string {
	line := ""
	if f.Position.IsValid() {
		line += " " + code(f.Position.String())
	}
	line += ": " + text(f.Message)
	if f.Hint != "" {
		line += " — " + text(f.Hint)
	}
	return line
}

func rows(list []Line) []entry {
	var lines []entry
	for _, l := range list {
		e := entry{count: l.Count}
		if len(lines) < most {
			e.text = row(l.Class.Title(), code(l.Product), text(l.Text))
		}
		lines = append(lines, e)
	}
	return lines
}

// row is a row of a table.
func row(cells ...string) string {
	var b strings.Builder
	for _, cell := range cells {
		if b.WriteString("| "); cell != "" {
			b.WriteString(cell + " ")
		}
	}
	return b.String() + "|"
}

// hosts is a line for each host, or for those of a site that are alike: how many
// rules are new, gone, and others.
func (r *Report) hosts() []entry {
	var lines []entry
	for _, s := range r.Sites {
		counts := make(map[string]*[3][3]int) // by host: directions and what happens
		var order []string
		for _, x := range s.Changes {
			if counts[x.Host] == nil {
				order = append(order, x.Host)
				counts[x.Host] = new([3][3]int)
			}
			what := 2
			switch {
			case x.Before == nil:
				what = 0
			case x.After == nil:
				what = 1
			}
			counts[x.Host][max(0, slices.Index(directions, x.Rule().Direction))][what]++
		}
		same := make(map[[3][3]int][]string)
		for _, h := range order {
			same[*counts[h]] = append(same[*counts[h]], h)
		}
		name := code(s.ID)
		if s.Kind != diff.Changed {
			name += " (" + map[diff.Kind]string{diff.Added: "new", diff.Removed: "gone"}[s.Kind] + ")"
		}
		for _, h := range order {
			n := *counts[h]
			e := entry{count: len(same[n])}
			if same[n][0] != h {
				continue
			}
			if len(lines) < most {
				e.text = row(name, some(same[n]), delta(n[0]), delta(n[1]), delta(n[2]))
			}
			lines = append(lines, e)
		}
	}
	return lines
}

// directions of rules, in the order of the table's columns.
var directions = []string{"inbound", "outbound", "listens"}

// delta is how many rules are new, gone and others.
func delta(n [3]int) string {
	var parts []string
	for i, sign := range []string{"+", "−", "±"} {
		if n[i] > 0 {
			parts = append(parts, fmt.Sprint(sign, n[i]))
		}
	}
	return strings.Join(parts, " ")
}

// rules is a line for each rule, with the hosts that it is of.
func (r *Report) rules() []entry {
	var lines []entry
	for _, s := range r.Sites {
		for _, l := range s.Rules {
			e := entry{count: l.Count}
			if len(lines) < most {
				e.text = row(l.Class.Title(), code(s.ID), text(l.Text), some(l.Hosts))
			}
			lines = append(lines, e)
		}
	}
	return lines
}

func (r *Report) outputs() []entry {
	var lines []entry
	for _, o := range r.Outputs {
		files := slices.Concat(o.Changed, o.Added, o.Removed)
		lines = append(lines, entry{row(
			text(o.Target), code(o.Out), fmt.Sprint(len(o.Changed)), fmt.Sprint(len(o.Added)), fmt.Sprint(len(o.Removed)), some(files),
		), 1})
	}
	return lines
}

// named is how many of many are named.
const named = 3

// some names the first of a list, and says how many more there are.
func some(list []string) string {
	var names []string
	for _, x := range list[:min(len(list), named)] {
		names = append(names, code(x))
	}
	if more := len(list) - named; more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(names, " ")
}

// longest is how many characters of one text are shown.
const longest = 300

// GitHub makes mentions and references of what it finds in the text of a comment
// after it has read the Markdown. A character without width keeps them apart.
const joiner = "&#8288;"

var (
	apart = strings.NewReplacer("&#64;", "&#64;"+joiner, "&#35;", "&#35;"+joiner)
	issue = pattern.New(`(?i)\bgh-`)
)

// text shows a text of a spec as it stands.
func text(s string) string {
	if r := []rune(s); len(r) > longest {
		s = string(r[:longest]) + "…"
	}
	return apart.Replace(issue().ReplaceAllString(markdown.Text(s), "${0}"+joiner))
}

// code shows an id or a file in the type of code; "" for nothing.
func code(s string) string {
	if s == "" {
		return ""
	}
	return "<code>" + text(s) + "</code>"
}

// Package review writes what a pull request means, as one Markdown comment. A
// [Report] says what has changed; [Report.Markdown] keeps within the size of a
// comment and says what it leaves out.
package review

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen/markdown"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/diff"
)

// MaxSize is the largest report, in bytes. GitHub takes comments of 65,536
// characters; as there are never more characters than bytes, however they are
// counted, this is within it. What is spare is for what others add.
const MaxSize = 65_000

// A Report is what has changed between two versions of specs.
type Report struct {
	Base    string // what the old version is called
	Changes *diff.Changes
	// Actions and Others are the changes in words: what follows for the network,
	// and the rest.
	Actions, Others []Line
	// New and Mended are findings that one version has and the other has not.
	New, Mended diag.List
	Outputs     []Output
	Sites       []Site
	// Partly says that a version has errors: outputs and sites were not compared.
	Partly bool
}

// A Line is one change in words.
type Line struct {
	Class   diff.Class
	Product string // its id; "" for none
	Text    string
}

// An Output is a target whose files change.
type Output struct {
	Target  string
	Changed []string // by path
	Added   []string
	Removed []string
}

// A Site is one with hosts that are affected.
type Site struct {
	ID    string
	Hosts []Host
}

// A Host is one whose rules change, and how many of them.
type Host struct {
	ID                               string
	OpensIn, OpensOut, Opened        int // inbound and outbound rules, and sockets, that are new
	ClosesIn, ClosesOut, ClosedSince int // and those that are gone
}

// A section is a heading and lines, of which the last may be left out.
type section struct {
	title   string
	head    string // of a table
	lines   []string
	total   int    // how many lines there would be
	share   int    // how many bytes it takes at most; 0 for what there is room for
	command string // shows all of them
	folded  bool
	raw     string // in place of lines: all or nothing
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
	var body strings.Builder
	if s.folded {
		fmt.Fprintf(&body, "\n<details><summary>%s (%d)</summary>\n\n", s.title, s.total)
	} else {
		fmt.Fprintf(&body, "\n#### %s (%d)\n\n", s.title, s.total)
	}
	body.WriteString(s.head)
	shown := 0
	for _, line := range s.lines {
		if body.Len()+len(line)+1 > room-reserve {
			break
		}
		body.WriteString(line + "\n")
		shown++
	}
	if left := s.total - shown; left > 0 {
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
		{title: "New findings", lines: findings(first(r.New, 50)), total: len(r.New), share: 15_000, command: "portspec vet"},
		{title: "For the network", head: changeHead, lines: rows(first(r.Actions, 100)), total: len(r.Actions), share: 20_000, command: all},
	}
	if d := r.diagram(); d != "" {
		sections = append(sections, section{title: "Connections", raw: d, command: all})
	}
	hosts, affected := r.hosts()
	return append(sections,
		section{title: "Sites", head: siteHead, lines: hosts, total: affected, share: 8_000, command: "portspec resolve --site SITE"},
		section{title: "Outputs that change", head: outputHead, lines: r.outputs(), total: len(r.Outputs), command: "portspec generate --check"},
		section{title: "Findings mended", lines: findings(first(r.Mended, 20)), total: len(r.Mended), share: 5_000, command: all, folded: true},
		section{title: "Everything that changed", head: changeHead, lines: rows(first(r.Others, 200)), total: len(r.Others), command: all, folded: true},
	)
}

const (
	changeHead = "| | Product | What |\n| --- | --- | --- |\n"
	siteHead   = "| Site | Host | Inbound | Outbound | Sockets |\n| --- | --- | --- | --- | --- |\n"
	outputHead = "| Target | Changed | New | Gone | Files |\n| --- | --- | --- | --- | --- |\n"
)

// first is at most n of a list.
func first[T any](list []T, n int) []T { return list[:min(len(list), n)] }

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
		counts[a.Class]++
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
	if r.Changes != nil {
		if users := r.Changes.Breaks(); len(users) > 0 {
			var words []string
			for _, u := range users {
				words = append(words, string(u))
			}
			text += "; breaking for " + strings.Join(words, ", ")
		}
	}
	if r.Partly {
		text += "; specs with errors were compared in part"
	}
	return text
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

func findings(list diag.List) []string {
	var lines []string
	for _, f := range list {
		line := fmt.Sprintf("- **%s** %s", f.Severity, f.Code)
		if f.Position.IsValid() {
			line += " " + code(f.Position.String())
		}
		line += ": " + text(f.Message)
		if f.Hint != "" {
			line += " — " + text(f.Hint)
		}
		lines = append(lines, line)
	}
	return lines
}

func rows(list []Line) []string {
	var lines []string
	for _, l := range list {
		lines = append(lines, fmt.Sprintf("| %s | %s | %s |", l.Class.Title(), code(l.Product), text(l.Text)))
	}
	return lines
}

// hostLines is how many hosts are named.
const hostLines = 30

// hosts is a line for each of the first hosts, and how many there are.
func (r *Report) hosts() (lines []string, total int) {
	for _, s := range r.Sites {
		total += len(s.Hosts)
		for _, h := range first(s.Hosts, hostLines-len(lines)) {
			lines = append(lines, fmt.Sprintf("| %s | %s | %s | %s | %s |", code(s.ID), code(h.ID),
				delta(h.OpensIn, h.ClosesIn), delta(h.OpensOut, h.ClosesOut), delta(h.Opened, h.ClosedSince)))
		}
	}
	return lines, total
}

func delta(more, less int) string {
	switch {
	case more == 0 && less == 0:
		return ""
	case less == 0:
		return fmt.Sprintf("+%d", more)
	case more == 0:
		return fmt.Sprintf("−%d", less)
	}
	return fmt.Sprintf("+%d −%d", more, less)
}

// named is how many files of a target are named.
const named = 3

func (r *Report) outputs() []string {
	var lines []string
	for _, o := range r.Outputs {
		files := slices.Concat(o.Changed, o.Added, o.Removed)
		var names []string
		for _, f := range files[:min(len(files), named)] {
			names = append(names, code(f))
		}
		if len(files) > named {
			names = append(names, "…")
		}
		lines = append(lines, fmt.Sprintf("| %s | %d | %d | %d | %s |", o.Target, len(o.Changed), len(o.Added), len(o.Removed), strings.Join(names, " ")))
	}
	return lines
}

// longest is how many characters of one text are shown.
const longest = 300

// GitHub makes mentions and references of what it finds in the text of a comment
// after it has read the Markdown. A character without width keeps them apart.
const joiner = "&#8288;"

var (
	apart = strings.NewReplacer("&#64;", "&#64;"+joiner, "&#35;", "&#35;"+joiner)
	issue = regexp.MustCompile(`(?i)\bgh-`)
)

// text shows a text of a spec as it stands.
func text(s string) string {
	if r := []rune(s); len(r) > longest {
		s = string(r[:longest]) + "…"
	}
	return apart.Replace(issue.ReplaceAllString(markdown.Text(s), "${0}"+joiner))
}

// code shows an id or a file in the type of code; "" for nothing.
func code(s string) string {
	if s == "" {
		return ""
	}
	return "<code>" + text(s) + "</code>"
}

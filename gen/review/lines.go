package review

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen/changes"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/diff"
)

// mostAlike is how many findings with the same code are listed one by one.
const mostAlike = 5

// findings lists findings, errors first. Many findings with the same code are one entry, which
// shows the first of them.
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
		if n > mostAlike {
			lines = append(lines, entry{n, func() string { return alike(same) }})
			continue
		}
		for _, f := range same {
			lines = append(lines, entry{1, func() string {
				return fmt.Sprintf("- **%s** %s%s: %s", f.Severity, f.Code, place(f), words(f))
			}})
		}
	}
	return lines
}

// alike returns the text of an entry for many findings with the same code.
func alike(same diag.List) string {
	line := fmt.Sprintf("- **%s** %s, %d times", same[0].Severity, same[0].Code, len(same))
	if c, ok := diag.Lookup(same[0].Code); ok {
		line += ". Rule: " + text(c.Title)
	}
	for _, f := range same[:mostAlike-2] {
		line += "\n  - "
		if at := place(f); at != "" {
			line += at[1:] + ": "
		}
		line += words(f)
	}
	return line + fmt.Sprintf("\n  - and %d more", len(same)-mostAlike+2)
}

// place returns the position of a finding, after a space; "" if it has none.
func place(f diag.Finding) string {
	if !f.Position.IsValid() {
		return ""
	}
	return " " + code(f.Position.String())
}

// words returns the message of a finding, and its hint.
func words(f diag.Finding) string {
	line := text(f.Message)
	if f.Hint != "" {
		line += " — " + text(f.Hint)
	}
	return line
}

// rows lists changes.
func rows(list []changes.Line) []entry {
	var lines []entry
	for _, l := range list {
		lines = append(lines, entry{l.Count, func() string { return row(l.Class.Title(), code(l.Product), columns(l.Text)) }})
	}
	return lines
}

// hosts returns a line for each host, or for hosts of a site with the same numbers: how many
// rules are new, gone and changed.
func (r *Report) hosts() []entry {
	var lines []entry
	for _, s := range r.Sites {
		counts := make(map[string]*[3][3]int) // by host: for each direction, new, gone and changed
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
			if same[n][0] == h {
				lines = append(lines, entry{len(same[n]), func() string { return row(name, some(same[n]), delta(n[0]), delta(n[1]), delta(n[2])) }})
			}
		}
	}
	return lines
}

// directions of rules, in the order of the table's columns.
var directions = []string{"inbound", "outbound", "listens"}

// delta returns how many rules are new, gone and changed: "+2 −1 ±3".
func delta(n [3]int) string {
	var parts []string
	for i, sign := range []string{"+", "−", "±"} {
		if n[i] > 0 {
			parts = append(parts, fmt.Sprint(sign, n[i]))
		}
	}
	return strings.Join(parts, " ")
}

// rules returns a line for each rule that changes, with its hosts. It skips sites that are new or
// gone, of which all rules change.
func (r *Report) rules() []entry {
	var lines []entry
	for _, s := range r.Sites {
		if s.Kind != diff.Changed {
			continue
		}
		for _, l := range s.Rules {
			lines = append(lines, entry{l.Count, func() string { return row(l.Class.Title(), code(s.ID), columns(l.Text), some(l.Hosts)) }})
		}
	}
	return lines
}

func (r *Report) outputs() []entry {
	var lines []entry
	for _, o := range r.Outputs {
		files := slices.Concat(o.Changed, o.Added, o.Removed)
		lines = append(lines, entry{1, func() string {
			return row(text(o.Target), code(o.Out), fmt.Sprint(len(o.Changed)), fmt.Sprint(len(o.Added)), fmt.Sprint(len(o.Removed)), some(files))
		}})
	}
	return lines
}

// named is how many items of a long list are named.
const named = 3

// some names the first items of a list, and counts the others.
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

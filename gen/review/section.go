package review

import (
	"fmt"
	"strings"
)

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

// An entry is a line of a section that stands for some of what it counts.
type entry struct {
	count int
	text  func() string // called only if the line may be shown: there may be far more of them
}

// most is how many rows a table has at most.
const most = 250

func (s *section) total() int {
	n := 0
	for _, l := range s.lines {
		n += l.count
	}
	return n
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
	for i, line := range s.lines {
		if s.head != "" && i == most {
			break
		}
		text := line.text()
		if body.Len()+len(text)+1 > room-reserve {
			break
		}
		body.WriteString(text + "\n")
		left -= line.count
	}
	if left > 0 {
		if left < total || s.head != "" {
			body.WriteByte('\n')
		}
		fmt.Fprintf(&body, "Not shown here: %d. `%s` lists all.\n", left, s.command)
	}
	if s.folded {
		body.WriteString("\n</details>\n")
	}
	b.WriteString(body.String())
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

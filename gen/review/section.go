package review

import (
	"fmt"
	"strings"
)

// A section is a heading and lines, the last of which may be left out.
type section struct {
	title   string
	head    string // header of a table
	lines   []entry
	share   int    // maximum size in bytes; 0 for all the room that is left
	command string // command that shows all lines
	folded  bool
	raw     string // text instead of lines, shown whole or not at all
}

// An entry is a line of a section that stands for a number of things. An entry without text
// is beyond those that can be shown.
type entry struct {
	text  string
	count int
}

// most limits the lines of a section; it is more than there is room for.
const most = 250

func (s *section) total() int {
	n := 0
	for _, l := range s.lines {
		n += l.count
	}
	return n
}

// reserve is the room kept for each section, for its title and the note that it was left
// out.
const reserve = 300

// write adds a section of at most room bytes.
func (s *section) write(b *strings.Builder, room int) {
	if s.raw != "" {
		if whole := "\n#### " + s.title + "\n\n" + s.raw; len(whole) <= room-reserve {
			b.WriteString(whole)
		} else {
			fmt.Fprintf(b, "\n#### %s\n\nToo large for a comment; `%s` shows it.\n", s.title, s.command)
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
		if left < total || s.head != "" {
			body.WriteByte('\n')
		}
		fmt.Fprintf(&body, "%d not shown; `%s` lists all.\n", left, s.command)
	}
	if s.folded {
		body.WriteString("\n</details>\n")
	}
	b.WriteString(body.String())
}

// row formats a row of a table.
func row(cells ...string) string {
	var b strings.Builder
	for _, cell := range cells {
		if b.WriteString("| "); cell != "" {
			b.WriteString(cell + " ")
		}
	}
	return b.String() + "|"
}

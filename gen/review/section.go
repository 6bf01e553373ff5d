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
	share   int    // the maximum size in bytes; 0 for all the room that is left
	command string // shows all of it
	folded  bool
	raw     string // in place of lines: written completely or not at all
}

// An entry is a line of a section. It stands for one or more of the things that the section counts.
type entry struct {
	count int
	text  func() string // called only for lines that may be shown: there may be far more of them
}

// most is the maximum number of rows in a table.
const most = 250

func (s *section) total() int {
	n := 0
	for _, l := range s.lines {
		n += l.count
	}
	return n
}

// reserve is the number of bytes that each section has for certain: for its title, and for the note
// that it was left out.
const reserve = 300

// write adds a section of at most room bytes.
func (s *section) write(b *strings.Builder, room int) {
	if s.raw != "" {
		if whole := "\n#### " + s.title + "\n\n" + s.raw; len(whole) <= room-reserve {
			b.WriteString(whole)
		} else {
			fmt.Fprintf(b, "\n#### %s\n\nThis section is too large for a comment; `%s` shows the same.\n", s.title, s.command)
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

// row returns a row of a table.
func row(cells ...string) string {
	var b strings.Builder
	for _, cell := range cells {
		if b.WriteString("| "); cell != "" {
			b.WriteString(cell + " ")
		}
	}
	return b.String() + "|"
}

package markdown

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"unicode"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/markdown/inline"
)

// A page is a file being written.
type page struct {
	flavor   *flavor
	path     string // in the flavor github; places and links refer to it by this path
	title    string
	data     *bytes.Buffer
	form     inline.Form
	titled   int        // the length of the title, with which the data begins
	headings map[md]int // how often each has been used
	more     []gen.File // further pages, on which tables of this page continue
	// pass gets the further pages as soon as they are made, instead of more; nil if there
	// are few.
	pass func(...gen.File)

	description string // for front matter: what the page is about, or ""
	label       string // for menus, where the pages above are visible; "" for the title
	// Of a main page: the pages below it that have a label of the generator's own, and whether
	// there are others.
	labeled []labeled
	hasMore bool
}

// A labeled is a page with its label.
type labeled struct{ page, label string }

// newPage begins a page with its title.
func (f *flavor) newPage(path, title string) *page {
	p := &page{flavor: f, path: path, title: title, data: buffers.Get().(*bytes.Buffer), headings: map[md]int{}}
	p.form = inline.Form{Break: f.apart, Anchor: f.anchor, Address: func(b []byte, page string, anchor md) []byte {
		return f.address(b, p, place{page, anchor})
	}}
	p.data.Reset()
	if !f.showsTitle {
		p.heading(1, "", text(title))
	}
	p.titled = p.data.Len()
	return p
}

// buffers are reused: one that was large enough for a page is large enough for most.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// file ends the page. Nothing may be written to it afterwards.
func (p *page) file() gen.File {
	defer buffers.Put(p.data)
	head, lead := p.flavor.head(p), ""
	if p.flavor.lead != nil {
		lead = p.flavor.lead(p)
	}
	title, rest := p.data.Bytes()[:p.titled], p.data.Bytes()[p.titled:]
	data := make([]byte, 0, len(head)+len(lead)+p.data.Len())
	data = append(append(append(append(data, head...), title...), lead...), rest...)
	return gen.File{Path: p.flavor.file(p.path), Data: data}
}

// done takes finished pages on which tables of this page continue.
func (p *page) done(files ...gen.File) {
	if p.pass != nil {
		p.pass(files...)
		return
	}
	p.more = append(p.more, files...)
}

// block writes lines of finished Markdown, separated from what is before.
func (p *page) block(lines string) {
	p.data.WriteByte('\n')
	p.data.WriteString(strings.TrimRight(lines, "\n"))
	p.data.WriteByte('\n')
}

// heading writes a heading with an anchor that stays when the title changes. Renderers also
// make an anchor of the words, so a number is added to words that a heading already has.
func (p *page) heading(level int, id, title md) {
	p.headings[title]++
	if n := p.headings[title]; n > 1 {
		title += md(fmt.Sprintf(" (%d)", n))
	}
	p.flavor.heading(p, level, id, title)
}

// slug returns the anchor that all renderers make of a title of plain words: "Rule
// ha-same-host" is rule-ha-same-host. It is empty for other titles.
func slug(title md) md {
	for _, r := range title {
		if r != ' ' && r != '-' && (r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r)) {
			return ""
		}
	}
	return md(strings.ReplaceAll(strings.ToLower(string(title)), " ", "-"))
}

// diagram writes a block of code that is shown as a Mermaid diagram.
func (p *page) diagram(code string) { p.block(fence(p.flavor.diagram, code)) }

// paragraph writes a paragraph, unless the words are empty.
func (p *page) paragraph(words md) {
	if words == "" {
		return
	}
	p.labels(words)
	p.data.WriteByte('\n')
	p.inline(words)
	p.data.WriteByte('\n')
}

// note writes a paragraph that stands out.
//
//	> [!NOTE]
//	> This is an older release.
func (p *page) note(words md) {
	p.labels(words)
	p.data.WriteString("\n" + p.flavor.note[0])
	p.inline(words)
	p.data.WriteString(p.flavor.note[1])
}

// list writes one item a line.
func (p *page) list(items []md) {
	if len(items) == 0 {
		return
	}
	p.labels(items...)
	p.data.WriteByte('\n')
	for _, item := range items {
		p.data.WriteString("- ")
		p.inline(item)
		p.data.WriteByte('\n')
	}
}

// blank is a cell that stays empty: most of a matrix, and what readers fill in.
const blank md = " "

// table writes a table with all of its columns.
func (p *page) table(head []md, rows [][]md) {
	columns := make([]int, len(head))
	for i := range columns {
		columns[i] = i
	}
	p.columns(columns, head, 0, len(rows), func(i int) []md { return rows[i] })
}

// columns writes some columns of a table, with the rows from one up to another. Empty cells get
// a dash, so that readers know that nothing was forgotten.
//
//	| Source | Destination |
//	| --- | --- |
//	| UMS Server | – |
func (p *page) columns(columns []int, head []md, from, to int, row func(i int) []md) {
	b := p.data
	write := func(cells []md) {
		for _, i := range columns {
			b.WriteString("| ")
			cell := cells[i]
			switch cell {
			case blank:
				continue
			case "":
				cell = "–"
			}
			p.inline(cell)
			b.WriteByte(' ')
		}
		b.WriteString("|\n")
	}
	for i := from; i < to && p.flavor.label != nil; i++ {
		cells := row(i)
		for _, column := range columns {
			p.labels(cells[column])
		}
	}
	b.WriteByte('\n')
	write(head)
	for range columns {
		b.WriteString("| --- ")
	}
	b.WriteString("|\n")
	for i := from; i < to; i++ {
		write(row(i))
	}
}

// anchorID returns the name of an anchor: flow-os12-websocket.
func anchorID(kind, id string) md { return md(kind) + "-" + inline.Fragment(id) }

// anchorWithin returns the name of an anchor for something whose id is unique only within
// something else: row-default-ports--7. No id of a component, feature or table contains two
// hyphens in a row, so that two anchors are never the same.
func anchorWithin(kind, around, id string) md {
	return md(kind) + "-" + inline.Fragment(around) + "--" + inline.Fragment(id)
}

// count writes "1 flow" or "2 flows"; plurals that do not just add an s follow the noun.
func count(n int, noun md, plural ...md) md {
	switch {
	case n == 1:
		return number(n) + " " + noun
	case len(plural) > 0:
		return number(n) + " " + plural[0]
	}
	return number(n) + " " + noun + "s"
}

package html

import (
	"bytes"
	"embed"
	"html/template"
	"slices"
	"sync"

	"github.com/portspec/portspec/gen"
)

// A page is a file of the site that is being written.
type page struct {
	path  string
	title string // plain text, not encoded
	trail []crumb
	wide  bool // the page is as wide as the window
	// scripts and styles are loaded in addition to those of all pages, after them.
	scripts, styles []address
	body            *bytes.Buffer // nil before anything is added
	long            int           // number of tables in parts
}

// A crumb is a page above another.
type crumb struct {
	To    address
	Words string
}

func newPage(path string, title string, trail ...crumb) *page {
	return &page{path: path, title: title, trail: trail}
}

//go:embed templates/*.html
var templateFiles embed.FS

var templates = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("").ParseFS(templateFiles, "templates/*.html"))
})

// policy is the Content-Security-Policy of all pages: only the site's own style sheets and
// scripts are loaded, and scripts cannot turn text into HTML or scripts.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

// servedPolicy is the policy for portspec serve, whose pages wait for changes.
const servedPolicy = policy + "; connect-src 'self'"

// header has the first lines of a page, which contain its seal.
const header = "<!DOCTYPE html><!-- " + gen.Header + "\n-->\n"

// A section is an entry of the navigation that all pages have.
type section struct {
	To      string
	Words   string
	Current bool
}

var sections = []struct {
	to    address
	words string
}{
	{homePage, "Products"},
	{portsPage, "Find a port"},
	{explorerPage, "Explorer"},
	{conflictPage, "Contradictions"},
	{guidePage, "How to read"},
}

// file returns the finished page.
func (p *page) file(policy string) gen.File {
	out := buffers.Get().(*bytes.Buffer)
	out.WriteString(header)
	root := p.root()
	var links []section
	for _, s := range sections {
		links = append(links, section{root + string(s.to), s.words, string(s.to) == p.path})
	}
	var trail []crumb
	for _, c := range p.trail {
		trail = append(trail, crumb{address(root) + c.To, gen.Visible(c.Words)})
	}
	var scripts, styles []string
	for _, s := range p.scripts {
		scripts = append(scripts, root+string(s))
	}
	for _, s := range p.styles {
		styles = append(styles, root+string(s))
	}
	use(out, "shell.html", map[string]any{
		"Root": root, "Title": gen.Visible(p.title), "Policy": policy, "Sections": links, "Trail": trail,
		"Scripts": scripts, "Styles": styles, "Wide": p.wide,
	})
	foot := out.Len()
	use(out, "foot.html", nil)
	data := slices.Concat(out.Bytes()[:foot], p.content().Bytes(), out.Bytes()[foot:])
	for _, b := range []*bytes.Buffer{out, p.body} {
		b.Reset()
		buffers.Put(b)
	}
	p.body = nil
	return gen.File{Path: p.path, Data: data}
}

// buffers are reused: one that was large enough for a page is large enough for most.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// content returns what has been added to the page.
func (p *page) content() *bytes.Buffer {
	if p.body == nil {
		p.body = buffers.Get().(*bytes.Buffer)
	}
	return p.body
}

// use executes a template with data.
func use(out *bytes.Buffer, template string, data any) {
	if err := templates().ExecuteTemplate(out, template, data); err != nil {
		panic(err) // tests execute each template
	}
}

// show adds the output of a template for data.
func (p *page) show(template string, data any) {
	use(p.content(), template, data)
}

// add adds HTML.
func (p *page) add(parts ...hyper) {
	for _, part := range parts {
		p.content().WriteString(string(part))
	}
}

// heading adds a heading that links can lead to.
func (p *page) heading(level int, id string, words hyper) {
	n := hyper("0123456"[level : level+1])
	p.add("<h", n, ` id="`, hyper(id), `">`, words, "</h", n, ">\n")
}

// paragraph adds a paragraph, unless it is empty.
func (p *page) paragraph(words hyper) {
	if words != "" {
		p.add("<p>", words, "</p>\n")
	}
}

// facts adds a list of names and values, and leaves out empty values.
func (p *page) facts(pairs ...hyper) {
	p.add("<dl>\n")
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			p.add("<div><dt>", pairs[i], "</dt><dd>", pairs[i+1], "</dd></div>\n")
		}
	}
	p.add("</dl>\n")
}

// steps adds a numbered list.
func (p *page) steps(items ...hyper) {
	p.add("<ol>\n")
	for _, item := range items {
		p.add("<li>", item, "</li>\n")
	}
	p.add("</ol>\n")
}

// list adds a list.
func (p *page) list(items ...hyper) {
	if len(items) == 0 {
		return
	}
	p.add("<ul>\n")
	for _, item := range items {
		p.add("<li>", item, "</li>\n")
	}
	p.add("</ul>\n")
}

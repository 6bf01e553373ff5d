package markdown

import (
	"path"
	"strings"

	"github.com/portspec/portspec/gen"
)

// sphinx is for Sphinx with MyST.
var sphinx = &flavor{
	name:    "sphinx",
	hasBase: true,
	file:    func(page string) string { return page },
	head: func(p *page) string {
		about := ""
		if p.description != "" {
			about = "{html_meta: {description: " + scalar(p.description) + "}}"
		}
		return frontMatter(field{"title", scalar(p.title)}, field{"myst", about})
	},
	heading: func(p *page, level int, id, title md) {
		if id != "" {
			p.data.WriteString(sphinxLabel(p, id))
		}
		p.plainHeading(level, title, "")
	},
	// An anchor inside of a block is a label before it.
	anchor: func(b []byte, _ md) []byte { return b },
	label:  sphinxLabel,
	address: func(b []byte, p *page, to place) []byte {
		if to.anchor == "" {
			return append(b, relative(p.path, to.page)...)
		}
		return append(b, labelOf(p, to)...)
	},
	apart:   emptyComment,
	note:    [2]string{"```{note}\n", "\n```\n"},
	diagram: "{mermaid}",
	folder: func(name, title string, _ int) gen.File {
		in := map[string]string{"products": "products/*", "services": "services/*", "sites": "sites/*/index"}
		return gen.File{Path: name + ".md", Data: []byte(frontMatter(field{"title", scalar(title)}) + "\n# " + title + "\n" + toctree(in[name]))}
	},
	lead: func(p *page) string {
		switch ok, _ := path.Match("sites/*/index.md", p.path); {
		case ok:
			return sphinxMenu(p, "**")
		case p.path == "index.md":
			return toctree("*")
		case path.Dir(p.path) == "products":
			return sphinxMenu(p, path.Base(strings.TrimSuffix(p.path, ".md"))+"/**")
		}
		return ""
	},
}

// sphinxLabel writes a label for links, which Sphinx checks. Labels must be different on all
// pages.
//
//	(products-igel-ums--flow-console)=
func sphinxLabel(p *page, id md) string {
	return "\n(" + labelOf(p, place{p.path, id}) + ")=\n"
}

func labelOf(p *page, to place) string {
	name := strings.TrimPrefix(p.flavor.base, "/") + strings.TrimSuffix(to.page, ".md")
	return strings.ReplaceAll(name, "/", "-") + "--" + string(to.anchor)
}

// sphinxMenu lists the pages below a main page: those with a label first, then others that
// match a pattern. Labels contain no text of a spec.
func sphinxMenu(p *page, pattern string) string {
	var lines []string
	for _, l := range p.labeled {
		lines = append(lines, l.label+" <"+strings.TrimSuffix(relative(p.path, l.page), ".md")+">")
	}
	if p.hasMore {
		lines = append(lines, pattern)
	}
	return toctree(lines...)
}

// toctree lists pages below one by their names, or by a pattern, about which Sphinx warns if
// it matches no further page.
func toctree(lines ...string) string {
	if len(lines) == 0 {
		return ""
	}
	return "\n```{toctree}\n:glob:\n:hidden:\n\n" + strings.Join(lines, "\n") + "\n```\n"
}

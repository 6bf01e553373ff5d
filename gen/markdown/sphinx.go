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
	anchor: func(md) string { return "" },
	label:  sphinxLabel,
	address: func(p *page, to place) string {
		if to.anchor == "" {
			return relative(p.path, to.page)
		}
		return labelOf(p, to)
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
			return toctree("**")
		case p.path == "index.md":
			return toctree("*")
		case p.hasMore && path.Dir(p.path) == "products":
			return toctree(path.Base(strings.TrimSuffix(p.path, ".md")) + "/**")
		}
		return ""
	},
}

// sphinxLabel writes what links lead to, which Sphinx checks. It has to differ from those of
// all other pages.
//
//	(products-igel-ums--flow-console)=
func sphinxLabel(p *page, id md) string {
	return "\n(" + labelOf(p, place{p.path, id}) + ")=\n"
}

func labelOf(p *page, to place) string {
	name := strings.TrimPrefix(p.flavor.base, "/") + strings.TrimSuffix(to.page, ".md")
	return strings.ReplaceAll(name, "/", "-") + "--" + string(to.anchor)
}

// toctree lists the pages below one by a pattern, of which Sphinx warns if no page is like it.
func toctree(pattern string) string {
	return "\n```{toctree}\n:glob:\n:hidden:\n\n" + pattern + "\n```\n"
}

package markdown

import (
	"path"
	"strconv"
	"strings"

	"github.com/portspec/portspec/gen"
)

// hugo is for Hugo.
var hugo = &flavor{
	name: "hugo",
	file: func(page string) string {
		page = inFolder(page)
		if dir, name := path.Split(page); name == "index.md" {
			return dir + "_index.md" // index.md would hide all pages beside it
		}
		return page
	},
	head: func(p *page) string {
		return frontMatter(field{"title", scalar(p.title)}, field{"linkTitle", scalar(p.label)}, field{"description", scalar(p.description)}, field{"weight", strconv.Itoa(orderOf(p.path))})
	},
	showsTitle: true,
	heading:    attributeHeading,
	anchor:     rawAnchor,
	address:    hugoAddress,
	note:       [2]string{"> **Note:** ", "\n"}, // as every theme shows it
	diagram:    "mermaid",
	folder: func(name, title string, order int) gen.File {
		return gen.File{Path: name + "/_index.md", Data: []byte(frontMatter(field{"title", scalar(title)}, field{"weight", strconv.Itoa(order)}))}
	},
}

// hugoAddress lets Hugo look up the page, so that Hugo reports broken links, and knows the
// address for any settings of the site.
//
//	{{< relref "../services/smtp.md#listeners" >}}
func hugoAddress(b []byte, p *page, to place) []byte {
	if to.page == p.path {
		return withAnchor(b, to.anchor)
	}
	if isPage(to.page) {
		return append(fileAddress(append(b, `{{< relref "`...), p, to), `" >}}`...)
	}
	// Other files are published beside the folder of the page.
	from := p.flavor.file(p.path)
	if dir, name := path.Split(from); name != "_index.md" {
		from = dir + strings.TrimSuffix(name, ".md") + "/index.html"
	}
	return append(b, relative(from, to.page)...)
}

package markdown

import (
	"fmt"
	"path"
	"strconv"
	"strings"

	"github.com/portspec/portspec/gen"
)

// docusaurus is for Docusaurus. Pages are CommonMark rather than MDX, in which more text is
// code, and in which Docusaurus ignores anchors in HTML when it checks links.
var docusaurus = &flavor{
	name: "docusaurus",
	file: inFolder,
	head: func(p *page) string {
		// Without a slug, a page with the name of the folder would be the folder's.
		slug := strings.TrimSuffix(path.Base(p.flavor.file(p.path)), ".md")
		if slug == "index" {
			slug = ""
		}
		return frontMatter(field{"title", docusaurusScalar(p.title)}, field{"sidebar_label", docusaurusScalar(p.label)}, field{"slug", scalar(slug)}, field{"description", docusaurusScalar(p.description)}, field{"sidebar_position", strconv.Itoa(orderOf(p.path))}, field{"mdx", "{format: md}"})
	},
	showsTitle: true,
	heading:    attributeHeading,
	anchor:     rawAnchor,
	address: func(b []byte, p *page, to place) []byte {
		if !isPage(to.page) {
			b = append(b, "./"...) // a file to publish
		}
		return fileAddress(b, p, to)
	},
	apart:   "<wbr/>", // it removes comments before it reads the page
	note:    [2]string{":::note\n\n", "\n\n:::\n"},
	diagram: "mermaid",
	folder: func(name, title string, order int) gen.File {
		return gen.File{Path: name + "/_category_.yml", Data: fmt.Appendf(nil, "# %s\n# Change the spec and generate again.\nlabel: %s\nposition: %d\n", gen.Header, scalar(title), order)}
	},
}

package markdown

import (
	"path"
	"strconv"
	"strings"
)

// starlight is for Starlight, the documentation theme of Astro.
var starlight = &flavor{
	name:    "starlight",
	hasBase: true,
	// Starlight leaves dots out of addresses, so that those of two releases could be the same,
	// and takes the index of a folder named index for that of the folder above. No id has
	// an underscore.
	file: func(page string) string {
		page = inFolder(page)
		ext := path.Ext(page)
		return strings.ReplaceAll(strings.TrimSuffix(strings.ReplaceAll(page, "/index/", "/index_/"), ext), ".", "_") + ext
	},
	head: func(p *page) string {
		sidebar := "{order: " + strconv.Itoa(orderOf(p.path)) + "}"
		if p.label != "" {
			sidebar = "{label: " + scalar(p.label) + ", " + sidebar[1:]
		}
		return frontMatter(field{"title", scalar(p.title)}, field{"description", scalar(p.description)}, field{"sidebar", sidebar})
	},
	showsTitle: true,
	heading:    rawHeading,
	anchor:     rawAnchor,
	address: func(b []byte, p *page, to place) []byte {
		switch {
		case to.page == p.path:
			return withAnchor(b, to.anchor)
		case !isPage(to.page):
			return b // Starlight publishes only pages
		}
		name := strings.TrimSuffix(p.flavor.file(to.page), ".md")
		if path.Base(name) == "index" {
			name = strings.TrimSuffix(name, "index")
		} else {
			name += "/"
		}
		return withAnchor(append(append(b, p.flavor.base...), name...), to.anchor)
	},
	apart:   emptyComment,
	note:    [2]string{":::note\n", "\n:::\n"},
	diagram: "mermaid",
}

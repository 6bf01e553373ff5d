package markdown

import "html"

// mkdocs is for MkDocs with the theme Material.
var mkdocs = &flavor{
	name: "mkdocs",
	file: inFolder,
	head: func(p *page) string {
		// Themes of MkDocs show these as HTML.
		return frontMatter(field{"title", scalar(html.EscapeString(p.title))}, field{"description", scalar(html.EscapeString(visible(p.description)))})
	},
	heading: attributeHeading,
	anchor:  rawAnchor,
	address: fileAddress,
	note:    [2]string{"!!! note\n\n    ", "\n"},
	diagram: "mermaid",
}

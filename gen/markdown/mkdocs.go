package markdown

// mkdocs is for MkDocs with the theme Material.
var mkdocs = &flavor{
	name: "mkdocs",
	file: inFolder,
	head: func(p *page) string {
		return frontMatter(field{"title", mkdocsScalar(p.title)}, field{"label", mkdocsScalar(p.label)}, field{"description", mkdocsScalar(p.description)})
	},
	heading: func(p *page, level int, id, title md) {
		suffix := ""
		if id != "" { // the spaces keep Jinja, whose syntax plugins know, from taking it for a comment
			suffix = " { #" + string(id) + " }"
		}
		p.plainHeading(level, title, suffix)
	},
	anchor:  rawAnchor,
	address: fileAddress,
	note:    [2]string{"!!! note\n\n    ", "\n"},
	diagram: "mermaid",
}

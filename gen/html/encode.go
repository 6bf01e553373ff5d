package html

import (
	"html"
	"html/template"
	"net/url"

	"github.com/portspec/portspec/gen"
)

// hyper is text in HTML. Constants are the generator's own; text of a spec becomes hyper only
// through [text] and the links of this file, or through html/template.
type hyper = template.HTML

// text shows a string of a spec as it is. Words that are written from right to left are set
// apart, so that they do not reorder what is around them.
func text(s string) hyper {
	escaped := hyper(html.EscapeString(gen.Visible(s)))
	if gen.RightToLeft(s) {
		return "<bdi>" + escaped + "</bdi>"
	}
	return escaped
}

// link writes a link to an address below the site's root.
//
//	<a href="../services/smtp.html">SMTP gateway</a>
func (p *page) link(to address, words hyper) hyper {
	return `<a href="` + hyper(html.EscapeString(p.href(to))) + `">` + words + `</a>`
}

// webLink leads to a page of somebody else; what is not a web address is shown.
func webLink(to string, words hyper) hyper {
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return words + " (" + text(to) + ")"
	}
	return `<a rel="noreferrer" href="` + hyper(html.EscapeString(u.String())) + `">` + words + `</a>`
}

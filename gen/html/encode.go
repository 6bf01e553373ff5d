package html

import (
	"html"
	"html/template"
	"net/url"
	"strings"

	"github.com/portspec/portspec/gen"
)

// hyper is HTML. Constants are the generator's own; text of a spec becomes hyper only
// through [text] and the links of this file, or through html/template.
type hyper = template.HTML

// text encodes a string of a spec. Words that are written from right to left are isolated, so
// that they do not reorder the text around them.
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

// webLink links to a page on another site; what is not a web address is shown as text.
func webLink(to string, words hyper) hyper {
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return words + " (" + text(to) + ")"
	}
	return `<a rel="noreferrer" href="` + hyper(html.EscapeString(u.String())) + `">` + words + `</a>`
}

// plainText returns the text of HTML that this package made, without its elements. It is
// encoded, also for attributes.
func plainText(words hyper) hyper {
	var b strings.Builder
	rest := string(words)
	for {
		before, after, found := strings.Cut(rest, "<")
		b.WriteString(before)
		if !found {
			return hyper(b.String())
		}
		// Attributes have no ">", because it is encoded.
		_, rest, _ = strings.Cut(after, ">")
	}
}

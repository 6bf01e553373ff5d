package html

import (
	"crypto/sha256"
	"encoding/hex"
	"html"
	"html/template"
	"net/url"
	"strings"
	"unicode"

	"github.com/portspec/portspec/gen"
)

// hyper is text in HTML. Constants are the generator's own; text of a spec becomes hyper only
// through [text] and the links of this file, or through html/template.
type hyper = template.HTML

// text shows a string of a spec as it is. Words that are written from right to left are set
// apart, so that they do not reorder what is around them.
func text(s string) hyper {
	escaped := hyper(html.EscapeString(gen.Visible(s)))
	if strings.ContainsFunc(s, isRightToLeft) {
		return "<bdi>" + escaped + "</bdi>"
	}
	return escaped
}

func isRightToLeft(r rune) bool {
	return r >= 0x590 && unicode.In(r, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko, unicode.Samaritan, unicode.Mandaic, unicode.Adlam)
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

// maxName is how long the part of a file's name is that is made of an id. A path has up to
// four, and Windows has paths of 259 characters.
const maxName = 48

// name is an id as a part of the name of a file or of an anchor. Ids of lower-case letters,
// digits, hyphens and dots are themselves; others, and long ones, get a part of their hash,
// so that no two are the same, not even where case makes no difference.
func name(id string) string {
	plain := strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9', r == '-', r == '.', r == '_':
			return r
		}
		return '_'
	}, id)
	if plain == id && len(id) <= maxName && id != "" {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	const short = 8 // hexadecimal digits: a site has thousands of names
	return plain[:min(len(plain), maxName-short-1)] + "-" + hex.EncodeToString(sum[:])[:short]
}

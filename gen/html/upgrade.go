package html

import (
	"bytes"
	"sync"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	mdtext "github.com/yuin/goldmark/text"

	"github.com/portspec/portspec/internal/model"
)

// upgradePage shows the changes from a release to the next. The notes are Markdown in which
// text of specs is encoded.
func upgradePage(old, new *model.Product, notes string) *page {
	home := address(productFolder(new) + overviewName)
	p := newPage(productFolder(new)+upgradeName(old), old.Name+": upgrade from "+old.Version+" to "+new.Version,
		crumb{homePage, "Products"}, crumb{home, new.Name + " " + new.Version})
	p.paragraph("The releases are described on pages of their own: " +
		p.link(address(productFolder(old)+overviewName), text(old.Version)) + " and " + p.link(home, text(new.Version)) + ".")
	p.markdown(notes)
	return p
}

// reader converts Markdown with tables. It drops HTML in the Markdown and links to scripts.
var reader = sync.OnceValue(func() goldmark.Markdown { return goldmark.New(goldmark.WithExtensions(extension.Table)) })

// markdown adds Markdown as HTML. Tables scroll like those of [page.table].
func (p *page) markdown(source string) {
	data := []byte(source)
	doc := reader().Parser().Parse(mdtext.NewReader(data))
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		var out bytes.Buffer
		if err := reader().Renderer().Render(&out, data, n); err != nil {
			panic(err) // writing to a buffer does not fail
		}
		if n.Kind() == extast.KindTable {
			p.add(`<div class="scroll">`, hyper(out.String()), "</div>\n")
		} else {
			p.add(hyper(out.String()))
		}
	}
}

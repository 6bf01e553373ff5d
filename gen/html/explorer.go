package html

import "github.com/portspec/portspec/gen/html/explorer"

// explorerOf returns the page of the explorer, which its script fills. Without JavaScript it
// links to the tables of the products.
func explorerOf() *page {
	p := newPage(string(explorerPage), "Explorer")
	p.wide = true
	p.styles = []address{"assets/explorer.css"}
	p.scripts = []address{explorer.Path, "assets/explorer.js"}
	p.add(`<div id="explorer"><p>The explorer needs JavaScript. The same connections are in the tables of the `, p.link(homePage, "products"), `, and `, p.link(portsPage, "Find a port"), ` lists them by port.</p></div>`, "\n")
	return p
}

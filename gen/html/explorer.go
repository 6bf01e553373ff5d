package html

// flowsScript is the data of the explorer.
const flowsScript = "assets/flows.js"

// explorer is the page of the explorer, which site.js fills; without JavaScript it leads to
// the tables of the products.
func explorer() *page {
	p := newPage(string(explorerPage), "Explorer")
	p.wide = true
	p.scripts = []address{flowsScript}
	p.add(`<div id="explorer"><p>The explorer needs JavaScript. The same connections are in the tables of the `, p.link(homePage, "products"), `, and `, p.link(portsPage, "Find a port"), ` lists them by port.</p></div>`, "\n")
	return p
}

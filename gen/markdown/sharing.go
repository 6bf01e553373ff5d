package markdown

import (
	"slices"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// sharingPages makes the page sharing.md, and those on which it continues: which components
// cannot share a host.
//
//	| Components | When | Why not | What to do |
//	| --- | --- | --- | --- |
//	| [ProfileUnity Server](…) and [Shopping client](…) | on Linux only | both listen on tcp/8000 | run one on another host |
//
// If there would be too many pairs across products, crowds lists the components at each port
// instead, and pairs only the pairs within products.
func (lib *library) sharingPages(pairs []*model.Pair, crowds []*model.Crowd, add func(...gen.File)) {
	p := lib.flavor.newPage("sharing.md", "Components that cannot share a host")
	p.pass = add
	p.paragraph("Every pair of components of all products was tried on one host, with default features and ports, on Windows and on Linux. A component that exists only under a feature was tried with that feature. Pairs that are not listed can share a host as far as their ports are concerned; three components may still conflict, which portspec resolve reports.")
	if len(pairs)+len(crowds) == 0 {
		p.paragraph("All pairs can share a host.")
	}
	own, elsewhere := []*model.Pair{}, []*model.Pair{}
	for _, pair := range pairs {
		if lib.isFixed(pair.A) || lib.isFixed(pair.B) {
			elsewhere = append(elsewhere, pair)
		} else {
			own = append(own, pair)
		}
	}
	lib.crowdTable(p, crowds)
	lib.pairTable(p, "on-hosts", "On hosts of a site", "", own)
	lib.pairTable(p, "elsewhere", "Where the vendor fixes the place", "The product fixes the location of one of the two, such as the vendor's cloud: it is on a host of a site only if something stands in for it.", elsewhere)
	add(p.files()...)
}

func (lib *library) pairTable(p *page, id md, title string, words md, pairs []*model.Pair) {
	if len(pairs) == 0 {
		return
	}
	p.heading(2, id, md(title))
	p.paragraph(words)
	p.long(table{
		id: id, title: title, words: count(len(pairs), "pair") + ".",
		head: []md{"Components", "When", "Why not", "What to do"},
		rows: len(pairs), row: func(cells []md, i int) []md {
			pair := pairs[i]
			return append(cells,
				lib.placeName(pair.A)+" and "+lib.placeName(pair.B),
				plain.Apart(pair), plain.WhyApart(pair), texts("; ", pair.WaysOut),
			)
		},
	})
}

// mostTogether is the greatest number of components in one cell.
const mostTogether = 4

// crowdTable writes the components that take a port, in as many rows as they need.
//
//	| Port | Components |
//	| --- | --- |
//	| TCP 443 | [Shopping website](…) (1E Shopping), … |
func (lib *library) crowdTable(p *page, crowds []*model.Crowd) {
	if len(crowds) == 0 {
		return
	}
	type row struct {
		*model.Crowd
		places []model.Place
	}
	var rows []row
	for _, crowd := range crowds {
		for places := range slices.Chunk(crowd.Places, mostTogether) {
			rows = append(rows, row{crowd, places})
		}
	}
	p.heading(2, "by-port", "By port")
	p.long(table{
		id: "by-port", title: "By port",
		words: "There are too many products to list every pair of components. No two at one port can share a host by default, unless both are one shared service, use one socket of the operating system, or one of them listens on loopback only and the host runs Windows; ranges that overlap are in rows of their own. Below are the pairs within each product.",
		head:  []md{"Port", "Components"},
		rows:  len(rows), row: func(cells []md, i int) []md {
			r := rows[i]
			names := make([]md, len(r.places))
			for n, at := range r.places {
				names[n] = lib.placeName(at)
			}
			return append(cells, plain.Transports([]string{r.Transport})+" "+md(r.Ports.String()), join(", ", names...))
		},
	})
}

// placeName returns a link to a component. All that Sharing returns were located.
func (lib *library) placeName(at model.Place) md {
	n, _ := lib.located.Find(string(at))
	return md(lib.located.At(lib.places[n]))
}

func (lib *library) isFixed(at model.Place) bool {
	n, ok := lib.located.Find(string(at))
	return ok && lib.fixed[n]
}

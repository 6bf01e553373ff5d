package markdown

import "github.com/portspec/portspec/gen/request"

// translationTable lists the addresses that devices between zones translate. The rows of the
// request have the machines' own addresses.
func (s *siteView) translationTable(p *page) {
	all := s.Site.NAT
	if len(all) == 0 {
		return
	}
	p.heading(2, "translated", "Translated addresses")
	p.long(table{
		id: "translated", title: "Translated addresses",
		words: "The rows above show the real addresses of machines. Hosts in these zones know them by other addresses, which the tables for programs include.",
		head:  []md{"Addresses", "Known as", "In zones", "How"},
		rows:  len(all), row: func(cells []md, i int) []md {
			t := all[i]
			return append(cells, literals(t.Addresses), literals(t.SeenAs), texts(", ", t.Zones), md(request.How(t)))
		},
	})
}

package html

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/describe"
	"github.com/portspec/portspec/gen/matrix"
	"github.com/portspec/portspec/internal/model"
)

// ends links to the ends of a permit, with hosts that are alike together.
func (s *site) ends(p *page, ends []*model.End) hyper {
	var all []hyper
	for _, e := range ends {
		if e.Host != nil {
			g := s.group[e.Host]
			all = appendNew(all, p.link(address(s.folder+hostName(g)), text(g.Names())))
			continue
		}
		words := s.endName(p, e)
		if places := e.Addresses(); len(places) > 0 {
			words += " (" + texts(", ", places[:min(len(places), gen.ShownPeers)]) + ")"
		}
		all = appendNew(all, words)
	}
	return describe.Join(", ", all...)
}

// endName names an end that is on no host of the site.
func (s *site) endName(p *page, e *model.End) hyper {
	switch {
	case serviceOf(e) != "":
		return s.elsewhereLink(p, e.Location)
	case e.Any:
		return "any host"
	}
	return text(e.ID())
}

// elsewhereLink names a location outside the site's hosts, with a link for a shared
// service.
func (s *site) elsewhereLink(p *page, l *model.Location) hyper {
	if name := s.services[l.What]; l.IsService() && name != "" {
		return p.link(servicePage(l.What), text(name))
	}
	return text(l.What)
}

// permitPorts returns the ports of permits, and separately those that are not always needed.
func permitPorts(list []*model.Permit) (always, sometimes hyper) {
	for _, l := range matrix.OfPermits(list).Lines() {
		if l.Sometimes {
			sometimes = describe.Join("; ", sometimes, lineWords(l))
		} else {
			always = describe.Join("; ", always, lineWords(l))
		}
	}
	return always, sometimes
}

// A permitTable is a table of permits. Permits that differ only in their ports share a row.
type permitTable struct {
	site  *site
	page  *page
	known map[string]int
	rows  []permitRow
}

// A permitRow is permits with the cells before and after their ports.
type permitRow struct {
	before  []hyper
	permits []*model.Permit
	notes   hyper
	after   []hyper
}

func (s *site) permitTable(p *page) *permitTable {
	return &permitTable{site: s, page: p, known: make(map[string]int)}
}

func (t *permitTable) add(p *model.Permit, before ...hyper) {
	var notes hyper
	if len(p.SourcePorts) > 0 {
		notes += ", from port " + text(model.FormatPorts(p.SourcePorts))
	}
	if len(p.Groups) > 0 {
		notes += ", to " + texts(", ", p.Groups)
	}
	r := permitRow{before, nil, notes, []hyper{permitWhen(p), text(describe.PermitPurpose(p)), describe.Join(": ", t.site.flowLink(t.page, p), t.site.recordOf(p))}}
	key := fmt.Sprintf("%q", []any{r.before, r.notes, r.after})
	i, seen := t.known[key]
	if !seen {
		i = len(t.rows)
		t.rows = append(t.rows, r)
		t.known[key] = i
	}
	t.rows[i].permits = append(t.rows[i].permits, p)
}

// write adds the table to the page.
func (t *permitTable) write(class, title string, before ...hyper) {
	all := table{class: class, title: title, head: append(before, "Port", "When", "Why", "Flow")}
	for _, r := range t.rows {
		always, sometimes := permitPorts(r.permits)
		ports := `<span class="port">` + describe.Join("; ", always, sometimes) + "</span>" + r.notes
		all.rows = append(all.rows, row{cells: slices.Concat(r.before, []hyper{ports}, r.after)})
	}
	all.dropAlways(len(before) + 1)
	t.page.table(all)
}

func permitWhen(p *model.Permit) hyper {
	optional := hyper("")
	if p.Connection.Flow.Optional {
		optional = "optional"
	}
	if words := describe.Join("; ", optional, text(describe.PermitCondition(p))); words != "" {
		return words
	}
	return "always"
}

// recordOf tells who is responsible for a permit: "Databases, NET-1207, until 2027-01-31".
func (s *site) recordOf(permit *model.Permit) hyper {
	c := permit.Connection
	r := s.Site.Firewall.Record(c.Product.ID + "/" + c.Flow.ID)
	if r == nil {
		return ""
	}
	until := hyper("")
	if r.Until != "" {
		until = "until " + text(r.Until)
	}
	return describe.Join(", ", text(r.Owner), text(r.Ticket), until)
}

// flowLink links to the flow of a permit, if its product has pages.
func (s *site) flowLink(p *page, permit *model.Permit) hyper {
	product, flow := permit.Connection.Product, permit.Connection.Flow
	words := text(product.ID + "/" + flow.ID)
	if !s.paged[product.Ref()] {
		return words
	}
	return p.link(address(productFolder(product)+flowsName).at(anchor("flow", flow.ID)), words)
}

// runs links to a component that a host runs, with its release if other hosts run another.
func (s *site) runs(p *page, at model.Place, h *model.Host) hyper {
	product := s.Product(at.Product(), h)
	if product == nil || product.Component(at.Component()) == nil {
		return text(string(at))
	}
	words := text(strings.TrimSpace(product.Component(at.Component()).Name + " " + s.Beside(product.ID, h)))
	if !s.paged[product.Ref()] {
		return words
	}
	return p.link(address(productFolder(product)+componentName(at.Component())), words)
}

package markdown

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/describe"
	"github.com/portspec/portspec/internal/model"
)

// A library is the catalogue, and what pages about several products show of each.
type library struct {
	*model.Catalog
	Sources
	flavor  *flavor
	entries []*entry  // by the number of the product
	texts   gen.Texts // what is kept of each product

	mu sync.Mutex
	// By the numbers of places in located: links to components of newest releases, as
	// numbers in located, and whether the product fixes the place.
	located gen.Texts
	places  map[uint32]uint32
	fixed   map[uint32]bool
}

// An entry is what pages about several products show of one. It has copies, so that nothing in
// it keeps the model in memory.
type entry struct {
	link   md // to the product
	anchor md // of the product on pages of services
	title  string
	row    []md // of the table of products
	ports  []portUse
	uses   []*serviceUse
}

// A serviceUse is the connections of a product to or from a shared service. Texts are numbers of
// [library.texts].
type serviceUse struct {
	service uint32       // its id
	over    gen.Relation // from listeners to transports, as cells
	rows    []uint32     // of the table of connections
}

// newEntry makes the entry of a product, whose rows are counted.
func (lib *library) newEntry(v *view) *entry {
	called := v.Called()
	e := &entry{
		// Two releases have the same id.
		link: own(v.productLink())[0], anchor: anchorID("product", called), title: v.Name + " (" + called + ")",
		row: own(
			v.productLink(), text(v.Vendor), text(v.Version), number(len(v.Components)), number(len(v.Flows)),
			number(len(v.Errata)), md(fmt.Sprintf("%d of %d", v.cited, v.all)),
		),
		ports: lib.portUses(v), uses: lib.serviceUses(v),
	}
	if v.Older == "" && lib.Sharing != nil {
		lib.locate(v)
	}
	return e
}

// locate keeps links to the components of a product.
func (lib *library) locate(v *view) {
	lib.mu.Lock()
	defer lib.mu.Unlock()
	for _, c := range v.Components {
		at := lib.located.Add(string(model.PlaceOf(v.ID, c.ID)))
		lib.places[at] = lib.located.Add(string(v.words.NamesOf([]string{c.ID}) + " (" + text(v.Name) + ")"))
		if c.At != nil {
			lib.fixed[at] = true
		}
	}
}

// cellMark is between the cells of rows that are kept; no [md] contains it.
const cellMark = "\x00"

// keep keeps the cells of a row as one text, and returns its number.
func (lib *library) keep(cells []md) uint32 {
	row := make([]byte, 0, 1<<10)
	for i, cell := range cells {
		if i > 0 {
			row = append(row, cellMark...)
		}
		row = append(row, cell...)
	}
	return lib.texts.Add(string(row))
}

// cells appends the cells of a kept row.
func (lib *library) cells(cells []md, row uint32) []md {
	for cell := range strings.SplitSeq(lib.texts.At(row), cellMark) {
		cells = append(cells, md(cell))
	}
	return cells
}

// own returns copies of cells, all in one piece of memory.
func own(cells ...md) []md {
	var b strings.Builder
	for _, cell := range cells {
		b.WriteString(string(cell))
	}
	all, copies := b.String(), make([]md, len(cells))
	for i, cell := range cells {
		copies[i], all = md(all[:len(cell)]), all[len(cell):]
	}
	return copies
}

// serviceUses returns the uses of shared services by a product.
func (lib *library) serviceUses(v *view) []*serviceUse {
	lists := make(map[string][]*describe.Line) // by the id of the service
	for _, l := range v.lines {
		var services []string
		for _, side := range [...][]*model.Component{l.To, l.From} {
			for _, c := range side {
				if c.Service != "" && !slices.Contains(services, c.Service) {
					services = append(services, c.Service)
				}
			}
		}
		for _, s := range services {
			for _, x := range l.Consequences() {
				if x == l || x.Ways == describe.Answer {
					lists[s] = append(lists[s], x)
				}
			}
		}
	}
	var cells []md
	uses := make([]*serviceUse, 0, len(lists))
	for id, list := range lists {
		u := &serviceUse{service: lib.texts.Add(id), rows: make([]uint32, 0, len(list))}
		for _, l := range list {
			cells = v.lineCells(cells[:0], l, nil, "")
			u.rows = append(u.rows, lib.keep(cells))
			if l.Listener == nil || l.Connection.To.Service != id {
				continue
			}
			listener := lib.texts.Add(l.Listener.ID)
			if _, known := u.over.At(listener); !known {
				u.over.Set(listener, lib.texts.Add(string(over(list, id, l.Listener.ID))))
			}
		}
		uses = append(uses, u)
	}
	return uses
}

// over lists the transports of lines to a listener of a shared service.
func over(list []*describe.Line, service, listener string) md {
	var used []string
	for _, l := range list {
		if l.Listener == nil || l.Connection.To.Service != service || l.Listener.ID != listener {
			continue
		}
		for _, t := range l.Transports {
			if !slices.Contains(used, t) {
				used = append(used, t)
			}
		}
	}
	return plain.Transports(used)
}

// users returns the products that talk to a service or that it talks to, and how they use it.
func (lib *library) users(s *model.Service) (users []*entry, uses []*serviceUse) {
	service, ok := lib.texts.Find(s.ID)
	if !ok {
		return nil, nil
	}
	for _, e := range lib.entries {
		if i := slices.IndexFunc(e.uses, func(u *serviceUse) bool { return u.service == service }); i >= 0 {
			users, uses = append(users, e), append(uses, e.uses[i])
		}
	}
	return users, uses
}

// Package diff compares two models and says what has changed for whom.
//
// [Compare] takes two catalogues and returns [Changes], which hold the same
// difference twice, for two kinds of use:
//
//   - Changes.Changes is everything in which the models' JSON differs, down to a
//     field: a [Change] each, with a class and who is broken by it. [Changes.Apply]
//     makes the new catalogue out of the old one with them, and nothing else.
//   - Changes.Actions is what follows for the network: an [Action] each, with the
//     traffic before and after it. Traffic is one flow on one listener over one
//     transport, as far as it crosses the network; a listener that moves brings
//     one action for every flow on it.
//
// A report shows Actions to who runs a firewall, by class, and Changes to
// everybody else, by product and component ([Change.Component] is filled for
// whatever is inside of one). The edges of a diagram are the Before and After of
// the actions: one without Before is new, one without After is gone.
// [CompareSides] does the same for models that are not whole, and says which
// findings are new; [CompareDeployments] compares a resolved site host by host.
//
// Ids that only have another name are renames: they are one change, and what
// refers to them has not changed. Values before a change are shown as the old
// model has them, with the old names.
//
// [Changes.Mirror] is what comparing in the other direction gives.
package diff

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// Changes is how two catalogues differ. All lists are sorted; Compare of two
// equal catalogues gives none of any kind.
type Changes struct {
	// Products are those with changes, by id.
	Products []*Product `json:"products"`
	Actions  []*Action  `json:"actions"`
	Changes  []*Change  `json:"changes"`
	// Shifts are the tables in which rows have other ids because of rows before
	// them.
	Shifts []*Shift `json:"shifts,omitempty"`
	// Contradictions are errors that only the new side has, Settled those that
	// only the old one had.
	Contradictions diag.List `json:"contradictions"`
	Settled        diag.List `json:"settled"`
	// NotCompared are the products that a side with errors does not have whole.
	NotCompared []NotCompared `json:"not_compared"`
	// Site is what [CompareDeployments] says of a site, where one was asked for.
	Site []*SiteChange `json:"site,omitempty"`
}

// Empty reports whether nothing differs, as far as it could be compared.
func (c *Changes) Empty() bool {
	return len(c.Changes) == 0 && len(c.Contradictions) == 0 && len(c.Settled) == 0 && len(c.NotCompared) == 0 && len(c.Site) == 0
}

// A Product is a product with changes.
type Product struct {
	ID   string `json:"id"`
	Was  string `json:"was,omitempty"` // the old id, where it is another
	Kind Kind   `json:"kind"`          // added, removed, changed or renamed
	// Old and New are how it is headed on each side; nil where it is not.
	Old *Heading `json:"old,omitempty"`
	New *Heading `json:"new,omitempty"`
}

// A Heading is what a report calls a product and its components.
type Heading struct {
	Name       string            `json:"name"`
	Version    string            `json:"version"`
	Components map[string]string `json:"components"` // names by id
}

// NotCompared is a product that could not be read on one side.
type NotCompared struct {
	Product string `json:"product"`
	Side    string `json:"side"` // old or new: where it is not whole
}

// A Class is what a change means for who reads of it.
type Class string

// Classes, the most urgent first.
const (
	Contradiction Class = "contradiction" // the specs say two things at once
	MustOpen      Class = "must-open"     // traffic that was not there, or not needed
	Moved         Class = "moved"         // the same traffic at other ports, or to other ends
	Condition     Class = "condition"     // when it happens, or what is spoken
	MayClose      Class = "may-close"     // traffic that is no longer there, or needed
	Settled       Class = "settled"       // a contradiction that is gone
	Decision      Class = "decision"      // features: what a site has to or may decide
	Sharing       Class = "sharing"       // rules: components on one host
	Host          Class = "host"          // sockets, processes and settings of a host
	Identity      Class = "identity"      // ids and releases, which programs refer to
	Evidence      Class = "evidence"      // sources, citations, errata, accepted findings
	Wording       Class = "wording"       // names, purposes, order: for readers only
)

// Classes lists all classes, the most urgent first.
var Classes = []Class{
	Contradiction, MustOpen, Moved, Condition, MayClose, Settled, Decision, Sharing, Host, Identity, Evidence, Wording,
}

// Mirror is the class of the change back.
func (c Class) Mirror() Class {
	switch c {
	case MustOpen:
		return MayClose
	case MayClose:
		return MustOpen
	case Contradiction:
		return Settled
	case Settled:
		return Contradiction
	}
	return c
}

// Title is the class in words.
func (c Class) Title() string { return titles[c] }

var titles = map[Class]string{
	Contradiction: "new contradiction",
	MustOpen:      "must open",
	Moved:         "moved",
	Condition:     "condition changed",
	MayClose:      "may close",
	Settled:       "contradiction settled",
	Decision:      "features to decide on",
	Sharing:       "components on one host",
	Host:          "sockets and settings of hosts",
	Identity:      "ids and releases",
	Evidence:      "sources, errata and suppressions",
	Wording:       "purpose or wording only",
}

// A Kind is what a change does.
type Kind string

// Kinds of changes.
const (
	Added     Kind = "added"
	Removed   Kind = "removed"
	Changed   Kind = "changed"
	Renamed   Kind = "renamed"
	Reordered Kind = "reordered" // a list holds the same in another order
)

// Kinds lists all kinds.
var Kinds = []Kind{Added, Removed, Changed, Renamed, Reordered}

// Mirror is the kind of the change back.
func (k Kind) Mirror() Kind {
	switch k {
	case Added:
		return Removed
	case Removed:
		return Added
	}
	return k
}

// A Change is one thing in which two models differ.
type Change struct {
	Class Class  `json:"class"`
	Kind  Kind   `json:"kind"`
	What  string `json:"what"` // product, component, listener, flow, row, …
	// Product, Component and ID say what has changed, by its new id where it has
	// one: Product is "" for shared services, Component for what is in none.
	Product   string `json:"product,omitempty"`
	Component string `json:"component,omitempty"`
	ID        string `json:"id"`
	// Field of it that has changed, or the list that is reordered.
	Field string `json:"field,omitempty"`
	// Old and New are where it is in the models; nil where it is not.
	Old Path `json:"old,omitempty"`
	New Path `json:"new,omitempty"`
	// OldPlace and NewPlace count from 1 where something removed stood in its
	// list, and where something added stands.
	OldPlace int `json:"old_place,omitempty"`
	NewPlace int `json:"new_place,omitempty"`
	// Before and After are values as export writes them: the field's, the whole
	// of what was added or removed, the id of what was renamed, and the ids of
	// a list that was reordered, but for those added and removed. Nil where a
	// field is left out.
	Before json.RawMessage `json:"before,omitempty"`
	After  json.RawMessage `json:"after,omitempty"`
	// Shifted is set where it follows from rows before the row that it concerns,
	// or that it cites: one of Changes.Shifts says as much.
	Shifted bool `json:"shifted,omitempty"`
	// Breaks lists the users for whom it is breaking.
	Breaks []User `json:"breaks,omitempty"`
}

// A Path leads to something in a catalogue: lists and ids by turns, as in
// products, igel-ums, components, ums-server, listeners, web.
type Path []string

// under is the path of something in a list of what is at p.
func (p Path) under(list, id string) Path { return append(slices.Clone(p), list, id) }

// in is the id of what the path leads through in the list of that name.
func (p Path) in(list string) string {
	for i := 0; i+1 < len(p); i += 2 {
		if p[i] == list {
			return p[i+1]
		}
	}
	return ""
}

// id is that of what the path leads to; "" for the catalogue itself.
func (p Path) id() string {
	if len(p) == 0 {
		return ""
	}
	return p[len(p)-1]
}

// name fills what a change says of its place besides the paths.
func (c *Change) name() {
	at := c.New
	if at == nil {
		at = c.Old
	}
	c.Product, c.Component, c.ID = at.in("products"), at.in("components"), at.id()
	c.Breaks = c.breaks()
}

func compareChanges(a, b *Change) int {
	return cmp.Or(
		cmp.Compare(b2i(a.Product == ""), b2i(b.Product == "")), // services last
		cmp.Compare(a.Product, b.Product),
		cmp.Compare(rank(a.place()), rank(b.place())),
		slices.Compare(a.place(), b.place()),
		cmp.Compare(a.Kind, b.Kind),
		cmp.Compare(a.Field, b.Field),
		slices.Compare(a.Old, b.Old),
	)
}

func (c *Change) place() Path {
	if c.New != nil {
		return c.New
	}
	return c.Old
}

// rank orders what is in a product as its spec does.
func rank(p Path) int {
	if len(p) <= 2 {
		return -1
	}
	return slices.Index([]string{"features", "components", "flows", "rules", "errata", "sources", "suppress", "listeners"}, p[2])
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Mirror is what comparing in the other direction gives.
func (c *Changes) Mirror() *Changes {
	m := newChanges()
	was := make(map[string]string)
	for _, p := range c.Products {
		back := &Product{ID: p.ID, Kind: p.Kind.Mirror(), Old: p.New, New: p.Old}
		if p.Was != "" {
			back.ID, back.Was, was[p.ID] = p.Was, p.ID, p.Was
		}
		m.Products = append(m.Products, back)
	}
	for _, a := range c.Actions {
		back := a.mirror()
		back.Product = cmp.Or(was[a.Product], a.Product)
		m.Actions = append(m.Actions, back)
	}
	for _, x := range c.Changes {
		back := *x
		back.Class, back.Kind = x.Class.Mirror(), x.Kind.Mirror()
		back.Old, back.New = x.New, x.Old
		back.OldPlace, back.NewPlace = x.NewPlace, x.OldPlace
		back.Before, back.After = x.After, x.Before
		back.name()
		m.Changes = append(m.Changes, &back)
	}
	for _, s := range c.Shifts {
		m.Shifts = append(m.Shifts, s.mirror(cmp.Or(was[s.Product], s.Product)))
	}
	m.Contradictions = append(m.Contradictions, c.Settled...)
	m.Settled = append(m.Settled, c.Contradictions...)
	for _, n := range c.NotCompared {
		m.NotCompared = append(m.NotCompared, NotCompared{n.Product, map[string]string{"old": "new", "new": "old"}[n.Side]})
	}
	for _, x := range c.Site {
		m.Site = append(m.Site, x.mirror())
	}
	sortSite(m.Site)
	m.sort()
	return m
}

func newChanges() *Changes {
	return &Changes{
		Products: []*Product{}, Actions: []*Action{}, Changes: []*Change{},
		Contradictions: diag.List{}, Settled: diag.List{}, NotCompared: []NotCompared{},
	}
}

func (c *Changes) sort() {
	slices.SortStableFunc(c.Products, func(a, b *Product) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortStableFunc(c.Actions, compareActions)
	slices.SortStableFunc(c.Changes, compareChanges)
	slices.SortStableFunc(c.Shifts, compareShifts)
	slices.SortStableFunc(c.NotCompared, func(a, b NotCompared) int {
		return cmp.Or(cmp.Compare(a.Product, b.Product), strings.Compare(b.Side, a.Side))
	})
}

func heading(p *model.Product) *Heading {
	if p == nil {
		return nil
	}
	h := &Heading{Name: p.Name, Version: p.Version, Components: make(map[string]string)}
	for _, c := range p.Components {
		h.Components[c.ID] = c.Name
	}
	return h
}

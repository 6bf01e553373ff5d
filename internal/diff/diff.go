// Package diff compares two models and determines what has changed for whom.
//
// [Compare] takes two catalogues and returns [Changes], which describe the same difference
// in two ways:
//
//   - Changes.Changes has a [Change] for each field in which the models' JSON differs, with
//     its class and the users for whom it is breaking. [Changes.Apply] makes the new
//     catalogue from the old one and these changes.
//   - Changes.Actions has an [Action] for each consequence for the network, with the
//     traffic before and after it. Traffic is a flow on one listener over one transport
//     that crosses the network; if a listener moves, there is an action for each flow.
//
// Reports show Actions to firewall administrators, by class, and Changes to everybody else,
// by product and component ([Change.Component] is set for everything inside a component).
// The edges of a diagram are the Before and After of actions: one without Before was added,
// one without After removed. [CompareSides] compares models that may be incomplete, and
// determines which findings are new; [CompareDeployments] compares a resolved site host by
// host.
//
// If only an id has changed, that is a rename: a single change, without changes to what refers
// to the id. Values before a change have the names of the old model.
package diff

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// Changes are the differences between two catalogues. All lists are sorted, and empty if the
// catalogues are equal.
type Changes struct {
	// Products are the products with changes, by id.
	Products []*Product `json:"products"`
	Actions  []*Action  `json:"actions"`
	Changes  []*Change  `json:"changes"`
	// Shifts are the tables with rows whose ids changed because of rows before them.
	Shifts []*Shift `json:"shifts,omitempty"`
	// Contradictions are errors that only the new side has, and Settled those that only the
	// old side has.
	Contradictions diag.List `json:"contradictions"`
	Settled        diag.List `json:"settled"`
	// NotCompared are products that are incomplete on a side with errors.
	NotCompared []NotCompared `json:"not_compared"`
	// Site is the result of [CompareDeployments], if a site was requested.
	Site []*SiteChange `json:"site,omitempty"`
	// Work lists the steps that change the hosts of the site and their firewalls.
	Work []*Step `json:"work,omitempty"`
}

// Empty reports whether nothing differs, as far as it could be compared.
func (c *Changes) Empty() bool {
	return len(c.Changes) == 0 && len(c.Contradictions) == 0 && len(c.Settled) == 0 && len(c.NotCompared) == 0 && len(c.Site) == 0 &&
		!slices.ContainsFunc(c.Work, func(s *Step) bool { return len(s.Rules) > 0 })
}

// A Product is a product with changes.
type Product struct {
	ID   string `json:"id"`
	Was  string `json:"was,omitempty"` // old id, if it was renamed
	Kind Kind   `json:"kind"`          // added, removed, changed or renamed
	// Old and New are the headings for each side; nil if the product does not exist there.
	Old *Heading `json:"old,omitempty"`
	New *Heading `json:"new,omitempty"`
}

// A Heading has the names of a product and its components for reports.
type Heading struct {
	Name       string            `json:"name"`
	Version    string            `json:"version"`
	Components map[string]string `json:"components"` // names by id
}

// NotCompared is a product that could not be read on one side.
type NotCompared struct {
	Product string `json:"product"`
	Side    string `json:"side"` // where it is incomplete: old or new
}

// A Class is the meaning of a change for readers.
type Class string

// Classes, the most urgent first.
const (
	Contradiction Class = "contradiction" // the specs contradict themselves
	MustOpen      Class = "must-open"     // traffic that is new, or was not needed
	Moved         Class = "moved"         // the same traffic at other ports, or to other ends
	Condition     Class = "condition"     // when it happens, or its application protocol
	MayClose      Class = "may-close"     // traffic that was removed, or is no longer needed
	Settled       Class = "settled"       // a contradiction that was resolved
	Decision      Class = "decision"      // features: what a site has to choose or can choose
	Sharing       Class = "sharing"       // rules for components that share a host
	Host          Class = "host"          // sockets, processes and settings of a host
	Identity      Class = "identity"      // ids and releases, to which programs refer
	Evidence      Class = "evidence"      // sources, citations, errata, accepted findings
	Wording       Class = "wording"       // names, purposes, order: only for readers
)

// Classes lists all classes, the most urgent first.
var Classes = []Class{
	Contradiction, MustOpen, Moved, Condition, MayClose, Settled, Decision, Sharing, Host, Identity, Evidence, Wording,
}

// Mirror returns the class of the opposite change.
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

// Title returns the class in words.
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
	Reordered Kind = "reordered" // a list with the same elements in another order
)

// Kinds lists all kinds.
var Kinds = []Kind{Added, Removed, Changed, Renamed, Reordered}

// A Change is a difference between two models.
type Change struct {
	Class Class  `json:"class"`
	Kind  Kind   `json:"kind"`
	What  string `json:"what"` // product, component, listener, flow, row, …
	// Product, Component and ID identify what has changed, by new ids if they exist. Product
	// is "" for shared services, and Component is "" for changes outside of components.
	Product   string `json:"product,omitempty"`
	Component string `json:"component,omitempty"`
	ID        string `json:"id"`
	// Field is the field that has changed, or the list that was reordered.
	Field string `json:"field,omitempty"`
	// Old and New are the paths in the models of what has changed; nil if it does not exist
	// there.
	Old Path `json:"old,omitempty"`
	New Path `json:"new,omitempty"`
	// OldPlace and NewPlace are the places in their lists, from 1, of something removed and
	// of something added.
	OldPlace int `json:"old_place,omitempty"`
	NewPlace int `json:"new_place,omitempty"`
	// Before and After are values as in portspec export: that of the field, all of something
	// added or removed, the id of something renamed, or the ids of a reordered list without
	// those added and removed. They are nil if a field is left out.
	Before json.RawMessage `json:"before,omitempty"`
	After  json.RawMessage `json:"after,omitempty"`
	// Shifted means that the change only follows from rows before the row that it is about
	// or that it cites; one of Changes.Shifts covers it.
	Shifted bool `json:"shifted,omitempty"`
	// Breaks lists the users for whom the change is breaking.
	Breaks []User `json:"breaks,omitempty"`
}

// A Path leads to something in a catalogue, with alternating names of lists and ids, as in
// products, igel-ums, components, ums-server, listeners, web.
type Path []string

// under returns the path of an element of a list at p.
func (p Path) under(list, id string) Path { return append(slices.Clone(p), list, id) }

// in returns the id that follows the name of a list in the path.
func (p Path) in(list string) string {
	for i := 0; i+1 < len(p); i += 2 {
		if p[i] == list {
			return p[i+1]
		}
	}
	return ""
}

// id returns the last id of the path; "" for the catalogue itself.
func (p Path) id() string {
	if len(p) == 0 {
		return ""
	}
	return p[len(p)-1]
}

// name sets the fields of a change that follow from its paths.
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

// rank orders the parts of a product as in its spec.
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

// Package model is the typed form of a compiled spec: [Catalog] holds the
// products and shared services, and [Product.Connections] is what generators
// read: every flow on every listener over every transport.
//
// Lists are in the order in which the spec's author wrote them. Nothing here
// is changed after it was loaded.
package model

import (
	"cmp"
	"slices"

	"github.com/portspec/portspec/internal/diag"
)

// A Catalog is all products of a workspace and the services they share, each
// sorted by id.
type Catalog struct {
	Products []*Product `json:"products"`
	Services []*Service `json:"services"`
}

// Product returns the product with that id, or nil.
func (c *Catalog) Product(id string) *Product {
	return find(c.Products, func(p *Product) bool { return p.ID == id })
}

// Service returns the shared service with that id, or nil.
func (c *Catalog) Service(id string) *Service {
	return find(c.Services, func(s *Service) bool { return s.ID == id })
}

// A Product is one release of one piece of software.
type Product struct {
	ID          string       `json:"id"`
	Name        string       `json:"name"`
	Vendor      string       `json:"vendor"`
	Version     string       `json:"version"`
	Description string       `json:"description"`
	Sources     []*Source    `json:"sources"`
	Features    []*Feature   `json:"features"`
	Components  []*Component `json:"components"`
	Flows       []*Flow      `json:"flows"`
	Rules       []*Rule      `json:"rules"`
	Errata      []*Erratum   `json:"errata"`
	// Suppress lists the findings of the product that are accepted.
	Suppress []*Suppression `json:"suppress,omitempty"`

	Positions Positions `json:"-"`
}

// Component returns the component with that id, or nil.
func (p *Product) Component(id string) *Component {
	return find(p.Components, func(c *Component) bool { return c.ID == id })
}

// Feature returns the feature with that id, or nil.
func (p *Product) Feature(id string) *Feature {
	return find(p.Features, func(f *Feature) bool { return f.ID == id })
}

// Flow returns the flow with that id, or nil.
func (p *Product) Flow(id string) *Flow {
	return find(p.Flows, func(f *Flow) bool { return f.ID == id })
}

func find[T any](list []*T, is func(*T) bool) *T {
	for _, x := range list {
		if is(x) {
			return x
		}
	}
	return nil
}

// A Source is a document that the vendor published.
type Source struct {
	ID        string   `json:"id"`
	Title     string   `json:"title"`
	Publisher string   `json:"publisher,omitempty"`
	URL       string   `json:"url,omitempty"`
	Edition   string   `json:"edition,omitempty"` // the document's own edition mark
	Date      string   `json:"date,omitempty"`    // when it was published: 2020, 2020-08 or 2020-08-13
	Tables    []*Table `json:"tables"`
}

// A Table is one table of a source.
type Table struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Rows  []Row  `json:"rows"`
}

// A Row is one row of a table.
type Row struct {
	ID   string `json:"id"`   // product/table/row, as citations write it
	Cell string `json:"cell"` // the port cell as printed
}

// A Feature is a switch or, with choices, a choice that conditions components,
// listeners and flows.
type Feature struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	Description string   `json:"description"`
	Choices     []Choice `json:"choices,omitempty"` // none for a switch
	Several     bool     `json:"several"`           // several choices may be in use at once
	Default     string   `json:"default,omitempty"` // "" where every site has to decide
	Needs       When     `json:"needs,omitempty"`   // the other features it needs
	Cite        []string `json:"cite,omitempty"`
}

// Values are the values a feature can have: its choices, or on and off.
func (f *Feature) Values() []string {
	if len(f.Choices) == 0 {
		return []string{"on", "off"}
	}
	values := make([]string, len(f.Choices))
	for i, c := range f.Choices {
		values[i] = c.ID
	}
	return values
}

// A Choice is one value of a feature.
type Choice struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	Description string   `json:"description,omitempty"`
	Cite        []string `json:"cite,omitempty"`
}

// A Rule says what changes when components share a host.
type Rule struct {
	ID       string   `json:"id"`
	Together []string `json:"together"` // components; the rule holds where all of them run
	When     When     `json:"when,omitempty"`
	Reason   string   `json:"reason"`
	Forbid   bool     `json:"forbid"` // they cannot share a host
	// Move gives listeners another port there: component, listener, port.
	Move map[string]map[string]int `json:"move,omitempty"`
	// Close lists listeners that are not opened there, by component.
	Close map[string][]string `json:"close,omitempty"`
	// Share lists sockets that are one there: name, component, listener.
	Share map[string]map[string]string `json:"share,omitempty"`
	// Provided lists what else must be true and cannot be seen from the ports.
	Provided []string `json:"provided,omitempty"`
	Cite     []string `json:"cite"`
}

// An Erratum says where a source is wrong, silent or unclear.
type Erratum struct {
	ID      string   `json:"id"`
	Kind    string   `json:"kind"` // wrong, shifted, silent, ambiguous, contradiction
	Says    string   `json:"says"`
	Encoded string   `json:"encoded"`
	Why     string   `json:"why"`
	Flows   []string `json:"flows,omitempty"`
	Rules   []string `json:"rules,omitempty"`
	// Listeners it touches, by component.
	Listeners map[string][]string `json:"listeners,omitempty"`
	Cite      []string            `json:"cite"`
}

// A Suppression accepts findings of a product or a site. Only warnings and infos
// can be accepted.
type Suppression struct {
	ID   string    `json:"id"`
	Code diag.Code `json:"code"`
	// At is the data path of what may be found or of something around it, without
	// product or site in front; "" is everything with the code.
	At     string `json:"at,omitempty"`
	Reason string `json:"reason"`
	// Until is the last day on which it holds, as in 2027-01-31; "" is for ever.
	Until string `json:"until,omitempty"`
}

// A Service is a component that no product ships and several talk to.
type Service struct {
	ID          string      `json:"id"`
	Name        string      `json:"name"`
	Description string      `json:"description,omitempty"`
	Listeners   []*Listener `json:"listeners"`
	// Provided is what must be true for several components that are the service to
	// share a host; empty where a host has it once at most.
	Provided   []string    `json:"provided,omitempty"`
	References []Reference `json:"references"`

	Positions Positions `json:"-"`
}

// A Reference is where a shared service's numbers come from.
type Reference struct {
	Title string `json:"title"`
	URL   string `json:"url,omitempty"`
}

// AddService puts a service into the catalogue, once.
func (c *Catalog) AddService(s *Service) {
	if c.Service(s.ID) == nil {
		c.Services = append(c.Services, s)
	}
}

// Sort orders products and services by id.
func (c *Catalog) Sort() {
	slices.SortFunc(c.Products, func(a, b *Product) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(c.Services, func(a, b *Service) int { return cmp.Compare(a.ID, b.ID) })
}

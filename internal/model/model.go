// Package model defines the typed form of compiled specs. [Catalog] contains the products
// and shared services, and [Product.Connections] expands the flows of a product for
// generators.
//
// Lists are in the order in which authors wrote them. Models are not changed after they are
// loaded.
package model

import (
	"cmp"
	"slices"

	"github.com/portspec/portspec/internal/diag"
)

// A Catalog is all products of a workspace and the services that they share, sorted by id;
// releases of a product are sorted from the newest to the oldest.
type Catalog struct {
	Products []*Product `json:"products"`
	Services []*Service `json:"services"`
}

// Product returns the product with that id, or nil; if it has several releases, the newest.
func (c *Catalog) Product(id string) *Product {
	return find(c.Products, func(p *Product) bool { return p.ID == id })
}

// Service returns the shared service with that id, or nil.
func (c *Catalog) Service(id string) *Service {
	return find(c.Services, func(s *Service) bool { return s.ID == id })
}

// A Product is one release of a piece of software.
type Product struct {
	ID          string       `json:"id"`
	Name        string       `json:"name"`
	Vendor      string       `json:"vendor"`
	Version     string       `json:"version"`
	After       string       `json:"after,omitempty"` // the release that it comes after
	Description string       `json:"description"`
	Sources     []*Source    `json:"sources"`
	Features    []*Feature   `json:"features"`
	Settings    []*Setting   `json:"settings,omitempty"`
	Components  []*Component `json:"components"`
	Flows       []*Flow      `json:"flows"`
	Rules       []*Rule      `json:"rules"`
	Errata      []*Erratum   `json:"errata"`
	// Suppress lists the accepted findings about the product.
	Suppress []*Suppression `json:"suppress,omitempty"`

	Positions Positions `json:"-"`

	// Older is the suffix of the product's name in names of outputs if the catalogue has a newer
	// release; "" for the newest.
	Older string `json:"-"`
	Newer int    `json:"-"` // how many releases of the catalogue are newer
	// Declared are the versions of the product whose order is declared, the oldest first: its
	// releases in the catalogue, and the one that the oldest of them comes after.
	Declared []string `json:"-"`
}

// Component returns the component with that id, or nil.
func (p *Product) Component(id string) *Component {
	return find(p.Components, func(c *Component) bool { return c.ID == id })
}

// Setting returns the setting with that id, or nil.
func (p *Product) Setting(id string) *Setting {
	return find(p.Settings, func(s *Setting) bool { return s.ID == id })
}

// A Setting is a number of an installation from which ports are calculated.
type Setting struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	Description string   `json:"description,omitempty"`
	Default     int      `json:"default"`
	Min         int      `json:"min"` // the least value
	Max         int      `json:"max"` // the greatest value
	Cite        []string `json:"cite,omitempty"`
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
	Edition   string   `json:"edition,omitempty"` // as the document names it
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

// A Feature is a switch or, with choices, a choice, on which components, listeners and
// flows can depend.
type Feature struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	Description string   `json:"description"`
	Choices     []Choice `json:"choices,omitempty"` // empty for a switch
	Several     bool     `json:"several"`           // several choices can be in use at the same time
	Default     string   `json:"default,omitempty"` // "" if every site has to choose
	Needs       When     `json:"needs,omitempty"`   // the other features it needs
	Cite        []string `json:"cite,omitempty"`
}

// Values returns the possible values of a feature: its choices, or on and off.
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

// A Rule is what changes when components share a host.
type Rule struct {
	ID       string   `json:"id"`
	Together []string `json:"together"` // components; the rule applies to hosts that run all of them
	When     When     `json:"when,omitempty"`
	Reason   string   `json:"reason"`
	Forbid   bool     `json:"forbid"` // they cannot share a host
	// Move assigns ports to listeners there, by component and listener.
	Move map[string]map[string]int `json:"move,omitempty"`
	// Close lists listeners that are not opened there, by component.
	Close map[string][]string `json:"close,omitempty"`
	// Share lists listeners that are one socket there, by name and component.
	Share map[string]map[string]string `json:"share,omitempty"`
	// Provided lists further conditions that are not visible from the ports.
	Provided []string `json:"provided,omitempty"`
	Cite     []string `json:"cite"`
}

// An Erratum describes where a source is wrong, silent or unclear.
type Erratum struct {
	ID      string   `json:"id"`
	Kind    string   `json:"kind"` // wrong, shifted, silent, ambiguous, contradiction
	Says    string   `json:"says"`
	Encoded string   `json:"encoded"`
	Why     string   `json:"why"`
	Flows   []string `json:"flows,omitempty"`
	Rules   []string `json:"rules,omitempty"`
	// Listeners that it is about, by component.
	Listeners map[string][]string `json:"listeners,omitempty"`
	Cite      []string            `json:"cite"`
}

// A Suppression accepts findings of a product or a site. Only warnings and infos
// can be accepted.
type Suppression struct {
	ID   string    `json:"id"`
	Code diag.Code `json:"code"`
	// At is the data path of the findings or of something that contains them, without the
	// leading product or site; "" matches all findings with the code.
	At     string `json:"at,omitempty"`
	Reason string `json:"reason"`
	// Until is the last day of the suppression, as in 2027-01-31; with "", it never expires.
	Until string `json:"until,omitempty"`
}

// A Service is a shared service: a component that no product ships and several talk to.
type Service struct {
	ID          string      `json:"id"`
	Name        string      `json:"name"`
	Description string      `json:"description,omitempty"`
	Listeners   []*Listener `json:"listeners"`
	// Provided lists conditions under which several components that are the service can
	// share a host; if empty, a host can have it only once.
	Provided   []string    `json:"provided,omitempty"`
	References []Reference `json:"references"`

	Positions Positions `json:"-"`
}

// A Reference is a document about the ports of a shared service.
type Reference struct {
	Title string `json:"title"`
	URL   string `json:"url,omitempty"`
}

// AddService adds a service to the catalogue unless it is already there.
func (c *Catalog) AddService(s *Service) {
	if c.Service(s.ID) == nil {
		c.Services = append(c.Services, s)
	}
}

// Sort orders products and services by id, and releases from the newest to the oldest, in
// the order that Order found in the whole catalogue.
func (c *Catalog) Sort() {
	slices.SortStableFunc(c.Products, CompareProducts)
	slices.SortFunc(c.Services, func(a, b *Service) int { return cmp.Compare(a.ID, b.ID) })
}

// CompareProducts orders products by id, and releases from the newest to the oldest.
func CompareProducts(a, b *Product) int {
	return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Newer, b.Newer))
}

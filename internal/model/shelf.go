package model

// A Shelf is a catalogue whose products are read one at a time, because thousands of models
// do not fit into memory together.
type Shelf struct {
	// Catalog has the services and, of each product, only its identity: its id, its version
	// and its place among the releases. Nothing else of these products may be used.
	Catalog *Catalog

	at   []int      // places of the products on the whole shelf; nil for the whole shelf
	uses [][]string // shared services of each product of the whole shelf
	read func(place int) (*Product, error)
}

// NewShelf returns the shelf of a catalogue of which only the identities of products are in
// memory. uses has the ids of the shared services of each product. read reads a product;
// several goroutines call it.
func NewShelf(c *Catalog, uses [][]string, read func(place int) (*Product, error)) *Shelf {
	return &Shelf{Catalog: c, uses: uses, read: read}
}

// Shelf returns the shelf of a catalogue that is in memory.
func (c *Catalog) Shelf() *Shelf {
	uses := make([][]string, len(c.Products))
	for i, p := range c.Products {
		uses[i] = p.Services()
	}
	return NewShelf(c, uses, func(place int) (*Product, error) { return c.Products[place], nil })
}

// Services lists the ids of the shared services that the product's components are.
func (p *Product) Services() []string {
	var ids []string
	for _, c := range p.Components {
		if c.Service != "" {
			ids = append(ids, c.Service)
		}
	}
	return ids
}

// Len returns the number of products.
func (s *Shelf) Len() int { return len(s.Catalog.Products) }

// Place returns the place of the i-th product on the whole shelf.
func (s *Shelf) Place(i int) int {
	if s.at == nil {
		return i
	}
	return s.at[i]
}

// Read reads the i-th product. Each call returns a model of its own.
func (s *Shelf) Read(i int) (*Product, error) { return s.read(s.Place(i)) }

// Only returns the shelf of some of the products, whose indices are sorted, and the shared
// services that they use.
func (s *Shelf) Only(products []int) *Shelf {
	some := &Shelf{Catalog: &Catalog{}, at: []int{}, uses: s.uses, read: s.read}
	for _, i := range products {
		place := s.Place(i)
		some.at = append(some.at, place)
		some.Catalog.Products = append(some.Catalog.Products, s.Catalog.Products[i])
		for _, id := range s.uses[place] {
			some.Catalog.AddService(s.Catalog.Service(id))
		}
	}
	some.Catalog.Sort()
	return some
}

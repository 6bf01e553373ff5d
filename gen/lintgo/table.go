package lintgo

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"go/token"
	"os"
	"sync"

	"golang.org/x/mod/module"
)

//go:generate sh -c "go run ../.. lint-go --print-table >table.json.new && mv table.json.new table.json"

//go:embed table.json
var builtin []byte

// Builtin returns the table of the products that come with portspec, whose packages are
// below github.com/portspec/portspec/out/go.
var Builtin = sync.OnceValue(func() *Table {
	t, err := Parse(builtin)
	if err != nil {
		panic(err) // embedded above, and checked by a test
	}
	return t
})

// A Table has the ports of products and the names of their constants. The analyzer needs
// nothing else, so it never evaluates specs.
type Table struct {
	Packages []*Package `json:"packages"`
}

// A Package is the generated package of a product.
type Package struct {
	// Path is the import path; "" if the package has not been generated.
	Path       string       `json:"path,omitempty"`
	Name       string       `json:"name"`    // of the package
	Product    string       `json:"product"` // id: igel-ums
	Title      string       `json:"title"`   // IGEL Universal Management Suite 12.04
	Components []*Component `json:"components"`

	names [][]string // lists of words that name the product, see productNames
}

// A Component is a component that listens.
type Component struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Service bool     `json:"service,omitempty"` // it is a shared service
	Hosts   []string `json:"hosts,omitempty"`   // fixed host names
	Ports   []*Port  `json:"ports"`
	// Others are further ports without constants, as pairs of first and last.
	Others [][2]int `json:"others,omitempty"`

	tokens []string // words of its id
	pkg    *Package
}

// A Port is a constant for a port.
type Port struct {
	Const  string `json:"const"` // UMSServerDevicePort
	Number int    `json:"number"`
	Type   string `json:"type,omitempty"` // "" if untyped
	Doc    string `json:"doc,omitempty"`  // description, one sentence

	component *Component
}

// Parse parses the output of [Table.JSON].
func Parse(data []byte) (*Table, error) {
	var t Table
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&t); err != nil {
		return nil, err
	}
	for _, p := range t.Packages {
		if p == nil {
			return nil, fmt.Errorf("a package is null")
		}
		// Fixes insert these into code.
		if !token.IsIdentifier(p.Name) || p.Path != "" && module.CheckImportPath(p.Path) != nil {
			return nil, fmt.Errorf("%q and %q are not the name and import path of a package", p.Name, p.Path)
		}
		for _, c := range p.Components {
			if c == nil {
				return nil, fmt.Errorf("a component of %s is null", p.Product)
			}
			for _, port := range c.Ports {
				if port == nil || port.Number < 1 || port.Number > maxPort {
					return nil, fmt.Errorf("invalid port of %s in %s", c.ID, p.Product)
				}
				if !token.IsIdentifier(port.Const) || port.Type != "" && !token.IsIdentifier(port.Type) {
					return nil, fmt.Errorf("%q is not the name of a constant, or %q is not a type", port.Const, port.Type)
				}
			}
		}
		p.link()
	}
	return &t, nil
}

// ReadTable reads a file written by portspec lint-go --print-table.
func ReadTable(file string) (*Table, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	t, err := Parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s was not written by portspec lint-go --print-table: %w", file, err)
	}
	return t, nil
}

// JSON returns the table in the format that [Parse] reads, with a line for each component
// so that changes can be reviewed.
func (t *Table) JSON() []byte {
	var b bytes.Buffer
	line := func(v any) {
		var one bytes.Buffer
		enc := json.NewEncoder(&one)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(v); err != nil {
			panic(err) // cannot fail for strings and numbers
		}
		b.Write(bytes.TrimSuffix(one.Bytes(), []byte("\n")))
	}
	list := func(n int, indent string, each func(int)) {
		for i := range n {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString("\n" + indent)
			each(i)
		}
	}
	b.WriteString(`{"packages": [`)
	list(len(t.Packages), "", func(i int) {
		p := *t.Packages[i]
		components := p.Components
		p.Components = []*Component{}
		line(p)
		b.Truncate(b.Len() - len("]}"))
		list(len(components), "  ", func(i int) { line(components[i]) })
		b.WriteString("]}")
	})
	b.WriteString("\n]}\n")
	return b.Bytes()
}

// link sets derived fields.
func (p *Package) link() {
	p.names = productNames(p.Product)
	for _, c := range p.Components {
		c.pkg, c.tokens = p, words(c.ID)
		for _, port := range c.Ports {
			port.component = c
		}
	}
}

// listensOn reports whether the component listens on a port.
func (c *Component) listensOn(n int) bool {
	for _, p := range c.Ports {
		if p.Number == n {
			return true
		}
	}
	for _, r := range c.Others {
		if r[0] <= n && n <= r[1] {
			return true
		}
	}
	return false
}

// named returns the qualified constant of a port: igelums.UMSServerWebPort.
func (p *Port) named() string {
	return p.component.pkg.Name + "." + p.Const
}

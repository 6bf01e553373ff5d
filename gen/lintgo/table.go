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

// Builtin returns the table of the products that come with portspec, whose packages are below
// github.com/portspec/portspec/out/go.
var Builtin = sync.OnceValue(func() *Table {
	t, err := Parse(builtin)
	if err != nil {
		panic(err) // embedded above, and checked by a test
	}
	return t
})

// A Table has the ports of products and the names of their constants. The analyzer knows
// nothing else about products, so it never evaluates a spec.
type Table struct {
	Packages []*Package `json:"packages"`
}

// A Package is what portspec generated for one product.
type Package struct {
	// Path is the import path; "" if there is no generated package yet.
	Path    string `json:"path,omitempty"`
	Name    string `json:"name"`    // of the package
	Product string `json:"product"` // id: igel-ums
	// Release is the version. A table may have several of a product, the newest first.
	Release    string       `json:"release,omitempty"`
	Title      string       `json:"title"` // IGEL Universal Management Suite 12.04
	Components []*Component `json:"components"`

	names [][]string // lists of words that name the product; see tokens
}

// A Component is a component of a product, with the ports on which it listens.
type Component struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Service bool     `json:"service,omitempty"` // many products talk to it, and none ships it
	Hosts   []string `json:"hosts,omitempty"`   // host names that are always its own
	Ports   []*Port  `json:"ports"`
	// Others are ranges of further ports on which the component listens, without constants
	// of their own: pairs of the first and the last port.
	Others [][2]int `json:"others,omitempty"`

	tokens []string // the words of its id
	pkg    *Package
}

// A Port is the constant for a port.
type Port struct {
	Const  string `json:"const"` // UMSServerDevicePort
	Number int    `json:"number"`
	Type   string `json:"type,omitempty"` // "" for an untyped one
	Doc    string `json:"doc,omitempty"`  // what it is, in a sentence

	component *Component
}

// Parse reads a table as [Table.JSON] writes it.
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
		// Fixes write these names and paths into code.
		if !token.IsIdentifier(p.Name) || p.Path != "" && module.CheckImportPath(p.Path) != nil {
			return nil, fmt.Errorf("%q and %q are not the name and import path of a package", p.Name, p.Path)
		}
		for _, c := range p.Components {
			if c == nil {
				return nil, fmt.Errorf("a component of %s is null", p.Product)
			}
			for _, port := range c.Ports {
				if port == nil || port.Number < 1 || port.Number > maxPort {
					return nil, fmt.Errorf("%s in %s has an invalid port", c.ID, p.Product)
				}
				if !token.IsIdentifier(port.Const) || port.Type != "" && !token.IsIdentifier(port.Type) {
					return nil, fmt.Errorf("%q is not the name of a constant, or %q not that of a type", port.Const, port.Type)
				}
			}
		}
		p.link()
	}
	return &t, nil
}

// readTable reads the table of a file that portspec lint-go --print-table wrote.
func readTable(file string) (*Table, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	t, err := Parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s is not a table of portspec lint-go --print-table: %w", file, err)
	}
	return t, nil
}

// JSON returns the table as [Parse] reads it: with a line for each component, so that
// changes can be reviewed.
func (t *Table) JSON() []byte {
	var b bytes.Buffer
	line := func(v any) {
		var one bytes.Buffer
		enc := json.NewEncoder(&one)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(v); err != nil {
			panic(err) // strings and numbers only
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

// link fills derived fields.
func (p *Package) link() {
	p.names = productNames(p.Product)
	for _, c := range p.Components {
		c.pkg, c.tokens = p, words(c.ID)
		for _, port := range c.Ports {
			port.component = c
		}
	}
}

// listensOn reports whether a number is one of the component's.
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

// named returns how the code refers to the constant of a port: igelums.UMSServerWebPort.
func (p *Port) named() string {
	return p.component.pkg.Name + "." + p.Const
}

// Package workload writes workspaces for benchmarks. [Catalog] and [Site] generate them in
// any size from a seed, using the schema's fields about as much as real specs do.
package workload

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
)

// Sizes of a generated product, similar to those of the three real ones.
const (
	componentsEach = 15
	listenersEach  = 3
	flowsEach      = 40
	featuresEach   = 4
)

// sharedServices are services in specs/services, each with one of its listeners.
var sharedServices = []struct{ id, listener string }{
	{"active-directory", "ldap"}, {"sql-server", "tds"}, {"smb", "smb"}, {"smtp", "smtp"}, {"postgresql", "postgresql"},
}

// own is the number of a product's own components, with listenersOwn listeners each.
var (
	own          = componentsEach - len(sharedServices)
	listenersOwn = (componentsEach*listenersEach - len(sharedServices)) / own
)

// moduleFile is the module file of a workspace. cue finds the schema where portspec init
// puts it.
const moduleFile = `module: "example.com/portfolio@v0"
language: version: "v0.17.0"
`

// Catalog writes a workspace of products to a folder.
func Catalog(dir string, products int) error {
	if err := write(filepath.Join(dir, "cue.mod", "module.cue"), moduleFile); err != nil {
		return err
	}
	for i := range products {
		if err := Product(dir, i, 1); err != nil {
			return err
		}
	}
	return nil
}

// Product writes the i-th product of a workspace. Its id does not depend on the seed.
func Product(dir string, i int, seed uint64) error {
	p := &product{Rand: rand.New(rand.NewPCG(seed, uint64(i))), id: fmt.Sprintf("product-%04d", i), pkg: fmt.Sprintf("product%04d", i)}
	folder := filepath.Join(dir, "products", p.id)
	for _, f := range []struct {
		name string
		make func()
	}{{"product.cue", p.head}, {"components.cue", p.components}, {"flows.cue", p.flows}} {
		p.Reset()
		f.make()
		if err := write(filepath.Join(folder, f.name), p.String()); err != nil {
			return err
		}
	}
	return nil
}

func write(name, text string) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return err
	}
	return os.WriteFile(name, []byte(text), 0o666)
}

// A product is a product being written.
type product struct {
	strings.Builder
	*rand.Rand
	id, pkg string
}

func (p *product) line(format string, args ...any) { fmt.Fprintf(p, format+"\n", args...) }

// head writes the product's own fields, its source, features and a rule.
func (p *product) head() {
	p.line("package %s\n\nimport \"github.com/portspec/portspec/schema\"\n\nproduct: schema.#Product & {", p.pkg)
	p.line("\tid: %q\n\tname: \"Product %s\"\n\tvendor: \"Vendor %d\"\n\tversion: \"%d.%d\"", p.id, p.id, p.IntN(50), 1+p.IntN(20), p.IntN(10))
	p.line("\tdescription: \"Does what products of a portfolio do, with %d components.\"", componentsEach)
	p.line("\tsources: guide: {\n\t\ttitle: \"Communication ports\"\n\t\turl: \"https://example.com/%s/ports\"\n\t\ttables: ports: {\n\t\t\ttitle: \"Ports\"\n\t\t\trows: {", p.id)
	for i := range flowsEach {
		component, listener, _ := target(i)
		p.line("\t\t\t\t\"%d\": \"%d (TCP)\"", i, portOf(component, listener))
	}
	p.line("\t\t\t}\n\t\t}\n\t}\n\tfeatures: {")
	for i := range featuresEach {
		if i%2 == 0 {
			p.line("\t\t\"feature-%d\": {name: \"Feature %d\", description: \"Switches part %d on.\", default: %q}", i, i, i, []string{"on", "off"}[p.IntN(2)])
			continue
		}
		p.line("\t\t\"feature-%d\": {\n\t\t\tname: \"Feature %d\"\n\t\t\tdescription: \"Where data is kept.\"\n\t\t\tchoices: {\n\t\t\t\tfirst: name: \"First\"\n\t\t\t\tsecond: name: \"Second\"\n\t\t\t}\n\t\t\tdefault: \"first\"\n\t\t}", i, i)
	}
	p.line("\t}\n\trules: \"same-host\": {\n\t\ttogether: [\"component-0\", \"component-1\"]\n\t\treason: \"Both take the same port by default.\"\n\t\tmove: \"component-1\": \"listener-0\": %d\n\t\tcite: [\"%s/ports/0\"]\n\t}\n}", 60000+p.IntN(1000), p.id)
}

// components writes components with listeners; the last ones are shared services.
func (p *product) components() {
	p.line("package %s\n\nimport \"github.com/portspec/portspec/specs/services\"\n\nproduct: components: {", p.pkg)
	for i := range componentsEach - len(sharedServices) {
		p.line("\t\"component-%d\": {\n\t\tname: \"Component %d\"\n\t\tdescription: \"Part %d of the product.\"\n\t\tprocesses: windows: [\"part%d\"]\n\t\tlisteners: {", i, i, i, i)
		for l := range listenersOwn {
			p.listener(i, l)
		}
		p.line("\t\t}\n\t}")
	}
	for i, s := range sharedServices {
		p.line("\t\"component-%d\": {\n\t\tname: \"Service %d\"\n\t\tservice: services.services[%q]\n\t}", componentsEach-len(sharedServices)+i, i, s.id)
	}
	p.line("}")
}

func (p *product) listener(component, i int) {
	port := portOf(component, i)
	p.line("\t\t\t\"listener-%d\": {\n\t\t\t\tpurpose: \"Requests of kind %d\"", i, i)
	switch i {
	case 1:
		p.line("\t\t\t\ttransports: [\"tcp\", \"udp\"]\n\t\t\t\tports: [%d, %d]", port, port+1)
	case 2:
		p.line("\t\t\t\ttransports: [\"udp\"]\n\t\t\t\tranges: [{from: %d, to: %d}]", port, port+10)
	case 3:
		p.line("\t\t\t\ttransports: [\"tcp\"]\n\t\t\t\tdynamic: ranges: [{from: 49152, to: 65535, os: [\"windows\"]}]\n\t\t\t\twhen: \"feature-%d\": [\"first\"]", 1)
	default:
		p.line("\t\t\t\ttransports: [\"tcp\"]\n\t\t\t\tport: %d\n\t\t\t\tapp: \"https\"\n\t\t\t\tconfigurable: how: \"Settings, page %d\"", port, p.IntN(20))
	}
	p.line("\t\t\t\tcite: [\"%s/ports/%d\"]\n\t\t\t}", p.id, i%3*own+component)
}

// portOf returns the first port of a listener.
func portOf(component, listener int) int { return 1024 + component*100 + listener*20 }

// target returns the component and listener that a flow talks to, or the index of a shared
// service.
func target(flow int) (component, listener, service int) {
	if s := flow - (flowsEach - len(sharedServices)); s >= 0 {
		return own + s, 0, s
	}
	return flow % own, flow / own % 3, -1
}

// flows writes flows so that every listener is used.
func (p *product) flows() {
	p.line("package %s\n\nproduct: flows: {", p.pkg)
	for i := range flowsEach {
		to, listener, service := target(i)
		names := fmt.Sprintf("%q", fmt.Sprintf("listener-%d", listener))
		switch {
		case service >= 0:
			names = fmt.Sprintf("%q", sharedServices[service].listener)
		case listener == 0:
			for l := 3; l < listenersOwn; l++ {
				names += fmt.Sprintf(", \"listener-%d\"", l)
			}
		}
		from := (to + 1 + p.IntN(own-1)) % own
		p.line("\t\"flow-%d\": {\n\t\tfrom: [\"component-%d\"]\n\t\tto: \"component-%d\": [%s]\n\t\tpurpose: \"Work of kind %d\"", i, from, to, names, i)
		if p.IntN(4) == 0 {
			p.line("\t\twhen: \"feature-0\": [\"on\"]")
		}
		if p.IntN(5) == 0 {
			p.line("\t\toptional: true")
		}
		p.line("\t\tcite: [\"%s/ports/%d\"]\n\t}", p.id, i)
	}
	p.line("}")
}

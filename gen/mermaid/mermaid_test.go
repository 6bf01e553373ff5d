package mermaid

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/matrix"
	"github.com/portspec/portspec/internal/model"
)

// catalogs are the catalogues for tests of properties.
func catalogs(t *testing.T) map[string]*model.Catalog {
	return map[string]*model.Catalog{"embedded": realCatalog(t), "every shape": everyShape()}
}

func generate(t *testing.T, c *model.Catalog) map[string]string {
	t.Helper()
	files, _ := Generate(c)
	all := map[string]string{}
	for _, f := range files {
		if _, ok := all[f.Path]; ok {
			t.Errorf("%s was generated twice", f.Path)
		}
		all[f.Path] = string(f.Data)
	}
	return all
}

// A picture is a parsed diagram of this package.
type picture struct {
	labels map[string]string // of boxes: their decoded lines, each as a line
	arrows map[[2]string]string
}

var (
	boxLine   = regexp.MustCompile(`^  (\w+)\W*"(.*)"\W*:::(\w+)$`)
	arrowLine = regexp.MustCompile(`^  (\w+) (<?-\.?->)(?:\|"(.*)"\|)? (\w+)$`)
	markup    = regexp.MustCompile(`</?[bi]>`)
)

func read(t *testing.T, file string) picture {
	t.Helper()
	p := picture{make(map[string]string), make(map[[2]string]string)}
	for _, line := range strings.Split(file, "\n") {
		if m := boxLine.FindStringSubmatch(line); m != nil {
			p.labels[m[1]] = decode(markup.ReplaceAllString(strings.ReplaceAll(m[2], lineBreak, "\n"), ""))
		} else if m := arrowLine.FindStringSubmatch(line); m != nil {
			p.arrows[[2]string{m[1], m[4]}] = m[2]
			if m[2][0] == '<' {
				p.arrows[[2]string{m[4], m[1]}] = m[2][1:]
			}
		} else if strings.Contains(line, "->") {
			t.Errorf("no arrow: %s", line)
		}
	}
	return p
}

// contains reports whether a label shows a text, wherever its lines are broken.
func contains(label, what string) bool {
	return strings.Contains(squeezed(label), squeezed(what))
}

func squeezed(s string) string { return strings.Join(strings.Fields(gen.Visible(s)), "") }

// TestOverviewShowsEveryConnection checks that an overview has all components, an arrow wherever
// one reaches another, and the ports in the box of the component that is reached.
func TestOverviewShowsEveryConnection(t *testing.T) {
	for name, c := range catalogs(t) {
		for _, p := range c.Products {
			drawn, s := Draw(gen.Step{Product: p}), matrix.NewSketch(p)
			if drawn.Overview == "" {
				if name == "embedded" {
					t.Errorf("%s has no overview", p.ID)
				}
				continue
			}
			pic, m, wanted := read(t, drawn.Overview), s.All(), make(map[[2]string]bool)
			box := make([]string, len(p.Components))
			for i, x := range p.Components {
				for id, label := range pic.labels {
					if contains("\n"+label, x.Name) && (box[i] == "" || id == nodeID("c", x.ID)) {
						box[i] = id
					}
				}
				if box[i] == "" {
					t.Errorf("%s: no box of %s", p.ID, x.ID)
				}
			}
			for i := range m.Size {
				for j := range m.Size {
					cell := m.Cell(i, j)
					if cell == nil {
						continue
					}
					ends := [2]string{box[i], box[j]}
					arrow, ok := pic.arrows[ends]
					wanted[ends] = true
					if i != j && !ok {
						t.Errorf("%s: no arrow from %s to %s", p.ID, p.Components[i].ID, p.Components[j].ID)
					}
					if ok && !cell.Sometimes() && strings.Contains(arrow, ".") {
						t.Errorf("%s: the arrow from %s to %s is dotted", p.ID, p.Components[i].ID, p.Components[j].ID)
					}
					if i == j && !contains(pic.labels[box[i]], "among them:") {
						t.Errorf("%s: not shown that %s reach each other", p.ID, p.Components[i].ID)
					}
					for _, port := range cell.Ports {
						if !contains(pic.labels[box[j]], port.Text) {
							t.Errorf("%s: no %s in the box of %s", p.ID, port.Text, p.Components[j].ID)
						}
					}
				}
			}
			for ends := range pic.arrows {
				if !wanted[ends] {
					t.Errorf("%s: no connection for the arrow %v", p.ID, ends)
				}
			}
		}
	}
}

// TestComponentsShowEveryConnection checks that the diagram of a component has a box for each
// component that it reaches, and for each that reaches it, with the ports between the two.
func TestComponentsShowEveryConnection(t *testing.T) {
	for _, c := range catalogs(t) {
		for _, p := range c.Products {
			drawn, m := Draw(gen.Step{Product: p}), matrix.NewSketch(p).All()
			for i, x := range p.Components {
				neighbours := 0
				for j := range m.Size {
					for _, cell := range []*matrix.Cell{m.Cell(i, j), m.Cell(j, i)} {
						if cell != nil {
							neighbours++
						}
					}
				}
				part := drawn.Part(x.ID)
				if (part != nil) != (neighbours > 0) {
					t.Errorf("%s, %s: %d neighbours, diagram: %v", p.ID, x.ID, neighbours, part != nil)
				}
				if part == nil {
					continue
				}
				pic := read(t, part.Diagram)
				me := nodeID("c", x.ID)
				if !contains(pic.labels[me], x.Name) {
					t.Errorf("%s, %s: the subject is %q", p.ID, x.ID, pic.labels[me])
				}
				for j, other := range p.Components {
					for to, cell := range map[bool]*matrix.Cell{true: m.Cell(i, j), false: m.Cell(j, i)} {
						if cell == nil || i == j && !to {
							continue
						}
						if !pic.shows(me, to, other.Name, cell) {
							t.Errorf("%s, %s: %v of %s (to it: %v) is missing in\n%v", p.ID, x.ID, cell.Lines(), other.ID, to, pic)
						}
					}
				}
			}
		}
	}
}

// shows reports whether a box next to the subject has a name and the ports of a cell.
func (p picture) shows(subject string, to bool, name string, c *matrix.Cell) bool {
	for ends, arrow := range p.arrows {
		other := ends[0]
		if to {
			other = ends[1]
		}
		if other == subject || !contains(p.labels[other], name) || strings.Contains(arrow, ".") != c.Sometimes() {
			continue
		}
		if !slices.ContainsFunc(c.Ports, func(port matrix.Port) bool { return !contains(p.labels[other], port.Text) }) {
			return true
		}
	}
	return false
}

func TestBoxes(t *testing.T) {
	line := func(sometimes bool, transports string, ports ...string) matrix.Line {
		return matrix.Line{Sometimes: sometimes, Transports: transports, Ports: ports}
	}
	web := []matrix.Line{line(false, "TCP", "80", "443"), line(true, "UDP", "443")}
	one := func(name, note string, ports ...matrix.Line) member {
		return member{&figure{name: name, note: note, kind: software}, listed(ports, false)}
	}
	for _, c := range []struct {
		name    string
		members []member
		oneOf   bool
		among   portLists
		want    string
	}{
		{"name", []member{one("Server", "")}, false, "", "<b>Server</b>"},
		{"ports", []member{one("Server", "", web...)}, false, "", "<b>Server</b>|TCP 80, 443|[UDP 443]"},
		{"all dotted", []member{{&figure{name: "Server", kind: software}, listed(web[1:], true)}}, false, "", "<b>Server</b>|UDP 443"},
		{"note", []member{one("Server", "12 machines", web[0])}, false, "", "<b>Server</b>|12 machines|TCP 80, 443"},
		{"same ports", []member{one("A", "", web[0]), one("B", "", web[0])}, false, "", "<b>A</b>|<b>B</b>|TCP 80, 443"},
		{"other ports", []member{one("A", "", web[0]), one("B", "", web[1])}, true, "", "<i>one of</i>|<b>A</b> TCP 80, 443|<b>B</b> [UDP 443]"},
		{"long", []member{one("A", "", web[0]), one("A long name of B", "", web[1])}, false, "", "<b>A</b>|TCP 80, 443|<b>A long name of</b>|<b>B</b>|[UDP 443]"},
		{"nodes", []member{one("Server", "")}, false, listed(web, false), "<b>Server</b>|<i>among them#58;</i>|TCP 80, 443|[UDP 443]"},
		{"changes", []member{{&figure{name: "Server", kind: software}, "+ TCP 80" + listBreak + "− UDP 443"}}, false, "", "<b>Server</b>|+ TCP 80|#8722; UDP 443"},
	} {
		got := strings.ReplaceAll(string(boxOf(c.members, 140, c.oneOf, c.among).label), lineBreak, "|")
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// TestMerged checks that alternatives share a box that is marked, and that others with the same
// neighbours share an unmarked box.
func TestMerged(t *testing.T) {
	p := small(func(p *model.Product, _ *model.Listener, f *model.Flow) {
		f.To[0].Component = "disk"
		p.Components[1].ID, p.Components[1].Name = "disk", "Disk"
		for i, id := range []string{"cloud", "log", "mail"} {
			p.Components = append(p.Components, component(id, model.Software, listener("web", "tcp", ports(1000+i))))
			p.Flows = append(p.Flows, flow(id, "client", id, "web"))
		}
		f.When = model.When{"store": {{"disk"}}}
		p.Flows[1].When = model.When{"store": {{"cloud"}}}
		p.Features[2].Default = ""
	})
	pic := read(t, Draw(gen.Step{Product: p}).Overview)
	if got := pic.labels["c_disk"]; got != "one of\nDisk TCP 443\nThe cloud TCP 1000" {
		t.Errorf("alternatives: %q", got)
	}
	if got := pic.labels["c_log"]; got != "The log TCP 1001\nThe mail TCP 1002" {
		t.Errorf("alike: %q", got)
	}
}

// TestScenarios checks that the diagram of a choice shows what can exist with it.
func TestScenarios(t *testing.T) {
	files := generate(t, everyShape())
	if pic := read(t, files["every-shape/store-disk.mmd"]); pic.labels["c_database"] != "" || len(pic.arrows) == 0 {
		t.Errorf("a database where the store is a disk:\n%v", pic)
	}
	if pic := read(t, files["every-shape/store-tape.mmd"]); pic.arrows[[2]string{"c_server", "c_database"}] != "-->" {
		t.Errorf("no database where the store is a tape:\n%v", pic)
	}
	if _, ok := files["every-shape/theme-dark.mmd"]; ok {
		t.Error("a choice without effect has a diagram")
	}
}

func TestCatalogShowsEveryUseOfAService(t *testing.T) {
	for name, c := range catalogs(t) {
		pic := read(t, generate(t, c)["catalog.mmd"])
		uses := 0
		for _, p := range c.Products {
			for _, u := range matrix.NewSketch(p).Uses() {
				uses++
				found := false
				for ends, arrow := range pic.arrows {
					found = found || strings.HasSuffix(arrow, "-->") && contains(pic.labels[ends[0]], productTitle(p)) && contains(pic.labels[ends[1]], c.Service(u.Service).Name)
				}
				if !found {
					t.Errorf("%s: not shown that %s uses %s", name, p.ID, u.Service)
				}
			}
		}
		if uses == 0 {
			t.Errorf("%s: no service was used", name)
		}
	}
}

func TestSameInputSameBytes(t *testing.T) {
	for name, c := range map[string]func() *model.Catalog{"embedded": func() *model.Catalog { return realCatalog(t) }, "every shape": everyShape, "hostile": hostile} {
		first, _ := Generate(c())
		if !slices.IsSortedFunc(first, func(a, b gen.File) int { return strings.Compare(a.Path, b.Path) }) {
			t.Errorf("%s: files are not sorted", name)
		}
		for range 10 {
			again, _ := Generate(c())
			if !slices.EqualFunc(first, again, func(a, b gen.File) bool { return a.Path == b.Path && bytes.Equal(a.Data, b.Data) }) {
				t.Fatalf("%s: the bytes differ", name)
			}
		}
	}
}

func TestHeaderAndNames(t *testing.T) {
	files := generate(t, hostile())
	for path, file := range files {
		if !strings.HasPrefix(file, "%% "+gen.Header+"\n") {
			t.Errorf("%s starts with %.60q", path, file)
		}
		if !strings.HasSuffix(file, "\n") || strings.Contains(file, "\r") {
			t.Errorf("%s does not consist of lines", path)
		}
		if strings.Count(file, "%%{") != 1 {
			t.Errorf("%s has %d directives", path, strings.Count(file, "%%{"))
		}
	}
	// A product called catalog, and two features whose choices have similar names.
	p := hostile().Products[0]
	p.Components = slices.DeleteFunc(p.Components, func(c *model.Component) bool { return !slices.Contains([]string{"first", "style", "linkstyle"}, c.ID) })
	p.Flows = slices.DeleteFunc(p.Flows, func(f *model.Flow) bool { return p.Component(f.To[0].Component) == nil })
	for _, f := range p.Flows {
		f.When = model.When{"a": {{"b-c"}}, "a-b": {{"c"}}}
	}
	files = generate(t, &model.Catalog{Products: []*model.Product{p}})
	for _, path := range []string{"catalog-.mmd", "catalog/a-b-c.mmd", "catalog/a-b-c-.mmd", "catalog/component-style.mmd"} {
		if _, ok := files[path]; !ok {
			t.Errorf("no %s in %v", path, slices.Sorted(maps.Keys(files)))
		}
	}
}

// TestTooLarge checks that diagrams that would be too large are not drawn, but reported.
func TestTooLarge(t *testing.T) {
	// crowd returns a product with n talkers, each of which is reached at one port.
	crowd := func(n int) *model.Product {
		p := small(func(*model.Product, *model.Listener, *model.Flow) {})
		for i := range n {
			id := fmt.Sprint("c", i)
			p.Components = append(p.Components, component(id, model.Software, listener("web", "tcp", ports(i+1))))
			p.Flows = append(p.Flows, flow(id, id, "server", "web"), flow(id+"-back", "client", id, "web"))
		}
		return p
	}
	for n, want := range map[int]string{
		5:  "",
		70: "info product: shop has no overview diagram, which would be too large to read: see its matrix",
	} {
		p := crowd(n)
		files, list := Generate(&model.Catalog{Products: []*model.Product{p}})
		got := ""
		for _, f := range list {
			if f.Path == "product" {
				got = fmt.Sprintf("%s %s: %s", f.Severity, f.Path, f.Message)
			}
		}
		if got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
		if drawn := slices.ContainsFunc(files, func(f gen.File) bool { return f.Path == "shop.mmd" }); drawn != (want == "") {
			t.Errorf("%d: drawn: %v", n, drawn)
		}
	}
}

// TestLongNames checks that files named after long ids have names short enough for Windows, whose
// paths have at most 259 characters: some eighty are left for the folder.
func TestLongNames(t *testing.T) {
	long := func(n int) string { return fmt.Sprintf("%s%d", strings.Repeat("a-long-id", 30), n) }
	p := &model.Product{ID: long(0), Name: "Long", Version: "1", Older: long(1)}
	for i := range 3 {
		c := component(long(i), model.Software)
		c.Listeners = []*model.Listener{listener("web", "tcp", ports(80))}
		p.Components = append(p.Components, c)
	}
	f := &model.Feature{ID: long(0), Name: "Long", Default: long(0)}
	for i := range 3 {
		f.Choices = append(f.Choices, model.Choice{ID: long(i), Name: long(i)})
		x := flow(long(i), long(i), long((i+1)%3), "web")
		x.When = model.When{f.ID: {{long(i)}}}
		p.Flows = append(p.Flows, x)
	}
	p.Features = []*model.Feature{f}
	seen := make(map[string]bool)
	files, _ := Generate(&model.Catalog{Products: []*model.Product{p}})
	for _, file := range files {
		if len(file.Path) > 175 || seen[file.Path] {
			t.Errorf("%d characters, seen before: %v: %s", len(file.Path), seen[file.Path], file.Path)
		}
		seen[file.Path] = true
	}
	if len(seen) < 4 {
		t.Errorf("only %d files", len(seen))
	}
}

package review

import (
	"fmt"
	"strings"

	"github.com/portspec/portspec/gen/matrix"
	"github.com/portspec/portspec/gen/mermaid"
	"github.com/portspec/portspec/internal/diff"
	"github.com/portspec/portspec/internal/english"
	"github.com/portspec/portspec/internal/model"
)

// mostProducts is how many products are drawn or counted, and maxDiagrams how many bytes
// their diagrams may have in all.
const (
	mostProducts = 4
	maxDiagrams  = 15_000
)

const diagramWords = "Only changes are drawn. Arrows lead from the side that connects to the side that listens; boxes contain the ports. " +
	"Thick and +: new. Dotted and −: gone. Thin: some ports are new, some are gone.\n"

// diagrams returns, for each product, a diagram of the connections that are new or gone, or only
// their number if the diagram would be too large to read. It returns "" if there are none.
//
//	Beacon 5.1: 1 new connection, 1 gone.
//
//	```mermaid
//	…
//	```
func (r *Report) diagrams() string {
	if r.Changes == nil {
		return ""
	}
	var b strings.Builder
	shown, left, size := 0, 0, 0
	changed := changesOf(r.Changes)
	for _, p := range r.Changes.Products {
		list := changed[p.ID]
		switch {
		case len(list) == 0:
			continue
		case shown == mostProducts:
			left++
			continue
		}
		shown++
		diagram := mermaid.Changes(title(p), func(id string) string { return component(p, id) }, list)
		fmt.Fprintf(&b, "%s: %s.", text(title(p)), counted(list))
		if diagram == "" || size+len(diagram) > maxDiagrams {
			fmt.Fprintf(&b, " A diagram would be too large; `portspec diff %s` lists them.\n\n", r.baseWord())
			continue
		}
		size += len(diagram)
		b.WriteString("\n\n```mermaid\n" + diagram + "```\n\n")
	}
	if size > 0 {
		b.WriteString(diagramWords)
	}
	if left > 0 {
		fmt.Fprintf(&b, "\nNot drawn: %s. `portspec diff %s` lists all.\n", english.Count(left, "more product"), r.baseWord())
	}
	if b.Len() == 0 {
		return ""
	}
	return strings.TrimSpace(b.String()) + "\n"
}

// counted returns "3 new connections, 1 gone".
func counted(list []mermaid.Change) string {
	gone := 0
	for _, c := range list {
		if c.Gone {
			gone++
		}
	}
	switch n := len(list) - gone; {
	case gone == 0:
		return english.Count(n, "new connection")
	case n == 0:
		return english.Count(gone, "connection") + " gone"
	default:
		return fmt.Sprintf("%s, %d gone", english.Count(n, "new connection"), gone)
	}
}

// changesOf returns the traffic that actions add and remove, by product.
func changesOf(c *diff.Changes) map[string][]mermaid.Change {
	all := make(map[string][]mermaid.Change)
	seen := make(map[string]bool)
	add := func(product string, t *diff.Traffic, ports []model.PortRange, gone bool) {
		if t == nil {
			return
		}
		reply := t.Back == "reply"
		for _, from := range t.From {
			change := mermaid.Change{From: from, To: t.To, Gone: gone, Ports: matrix.Changed(t.Transport, ports, t.Dynamic, t.OneOf, reply)}
			if t.Back != "" {
				change.From, change.To = change.To, change.From
			}
			if key := fmt.Sprintf("%q %v", product, change); !seen[key] {
				seen[key] = true
				all[product] = append(all[product], change)
			}
		}
	}
	for _, a := range c.Actions {
		if len(a.Also) > 0 { // another flow has the same ports on both sides
			continue
		}
		if a.Before == nil || len(a.Open) > 0 {
			add(a.Product, a.After, a.Open, false)
		}
		if a.After == nil || len(a.Close) > 0 {
			add(a.Product, a.Before, a.Close, true)
		}
	}
	return all
}

// title returns a product's name and release, those of the new version if it has the product.
func title(p *diff.Product) string {
	h := p.New
	if h == nil {
		h = p.Old
	}
	return strings.TrimSpace(h.Name + " " + h.Version)
}

// component returns the name of a component, that of the new version if it has the component.
func component(p *diff.Product, id string) string {
	for _, h := range []*diff.Heading{p.New, p.Old} {
		if h != nil && h.Components[id] != "" {
			return h.Components[id]
		}
	}
	return id
}

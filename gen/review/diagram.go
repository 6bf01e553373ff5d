package review

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen/mermaid"
	"github.com/portspec/portspec/internal/diff"
	"github.com/portspec/portspec/internal/model"
)

// maxEdges is how many arrows a diagram holds that a reader can follow.
const maxEdges = 40

// maxDiagram is how many bytes a diagram has at most; Mermaid refuses 50,000
// characters.
const maxDiagram = 15_000

// An edge is a connection that is new or gone.
type edge struct {
	product, from, to, label string
	added                    bool
}

// diagram shows connections that are new, thick with a plus, and those that are
// gone, dashed with a minus: shape and sign say it as well as the colour,
// and the colours can be told from GitHub's light ground and its dark one. It is
// "" where there are none.
//
//	flowchart LR
//	  subgraph c_beacon["Beacon"]
//	    c_beaconZagent["Agent"]
//	  end
//	  c_beaconZagent ==>|"+ tcp/7443"| c_beaconZserver
//	  linkStyle 0 stroke:#2da44e,stroke-width:3px
func (r *Report) diagram() string {
	if r.Changes == nil {
		return ""
	}
	edges := edgesOf(r.Changes)
	if len(edges) == 0 {
		return ""
	}
	drawn := min(len(edges), maxEdges)
	for drawn > 1 && len(r.draw(edges[:drawn])) > maxDiagram {
		drawn /= 2
	}
	text := r.draw(edges[:drawn])
	if left := len(edges) - drawn; left > 0 {
		text += fmt.Sprintf("%d more connections are not drawn.\n", left)
	}
	return text
}

func (r *Report) draw(edges []edge) string {
	var b strings.Builder
	b.WriteString("```mermaid\nflowchart LR\n")
	for _, p := range r.Changes.Products {
		boxes := map[string]bool{}
		for _, e := range edges {
			if e.product == p.ID {
				boxes[e.from], boxes[e.to] = true, true
			}
		}
		if len(boxes) == 0 {
			continue
		}
		fmt.Fprintf(&b, "  subgraph %s[\"%s\"]\n", mermaid.NodeID(p.ID), mermaid.Label(title(p)))
		for _, id := range sorted(boxes) {
			fmt.Fprintf(&b, "    %s[\"%s\"]\n", mermaid.NodeID(p.ID, id), mermaid.Label(component(p, id)))
		}
		b.WriteString("  end\n")
	}
	for i, e := range edges {
		arrow, sign, style := "==>", "+", "stroke:#2da44e,stroke-width:3px"
		if !e.added {
			arrow, sign, style = "-.->", "−", "stroke:#e5534b,stroke-width:2px,stroke-dasharray:4 4"
		}
		fmt.Fprintf(&b, "  %s %s|\"%s\"| %s\n", mermaid.NodeID(e.product, e.from), arrow, mermaid.Label(sign+" "+e.label), mermaid.NodeID(e.product, e.to))
		fmt.Fprintf(&b, "  linkStyle %d %s\n", i, style)
	}
	b.WriteString("```\n\nThick, + : new. Dashed, − : gone.\n")
	return b.String()
}

// edgesOf is what actions add and take away, without repeats: new ones first.
func edgesOf(c *diff.Changes) []edge {
	seen := map[edge]bool{}
	var edges []edge
	add := func(product string, t *diff.Traffic, ports []model.PortRange, added bool) {
		if t == nil {
			return
		}
		label := t.Transport
		switch {
		case len(ports) > 0:
			label += "/" + model.FormatPorts(ports)
		case t.Dynamic:
			label += " dynamic"
		}
		for _, from := range t.From {
			e := edge{product, from, t.To, label, added}
			if t.Back != "" {
				e.from, e.to = t.To, from
			}
			if !seen[e] {
				seen[e] = true
				edges = append(edges, e)
			}
		}
	}
	for _, a := range c.Actions {
		if len(a.Also) > 0 { // another flow has it on both sides
			continue
		}
		if a.Before == nil || len(a.Open) > 0 {
			add(a.Product, a.After, a.Open, true)
		}
	}
	for _, a := range c.Actions {
		if len(a.Also) > 0 {
			continue
		}
		if a.After == nil || len(a.Close) > 0 {
			add(a.Product, a.Before, a.Close, false)
		}
	}
	return edges
}

func title(p *diff.Product) string {
	if p.New != nil {
		return p.New.Name
	}
	return p.Old.Name
}

// component is the name of a component, of whichever side has it.
func component(p *diff.Product, id string) string {
	for _, h := range []*diff.Heading{p.New, p.Old} {
		if h != nil && h.Components[id] != "" {
			return h.Components[id]
		}
	}
	return id
}

func sorted(set map[string]bool) []string {
	var all []string
	for id := range set {
		all = append(all, id)
	}
	slices.Sort(all)
	return all
}

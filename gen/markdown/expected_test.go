package markdown

import (
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/markdown/inline"
	"github.com/portspec/portspec/internal/model"
)

// An expectation is a connection as a table must show it. It is made from the
// model alone, and uses nothing of the generator except the way in which it shows texts.
type expectation struct {
	*model.Connection
	from, to []*model.Component
	ways     string
	back     bool // from the listener's side to the talker's
	reply    *model.Reply
}

// first reports whether a connection is the first over its listener: those that
// differ only in the transport share a row, and one answer.
func first(p *model.Product, k *model.Connection) bool {
	for _, other := range p.Connections() {
		if other.Flow == k.Flow && other.To == k.To && other.Listener == k.Listener {
			return other.Transport == k.Transport
		}
	}
	return false
}

// forth returns the connection in the talker's direction.
func forth(k *model.Connection) expectation {
	e := expectation{Connection: k, from: k.From, to: []*model.Component{k.To}}
	if k.Flow.BothWays {
		e.ways = "both ways"
	}
	return e
}

// answer returns the reply to it.
func (e expectation) answer() expectation {
	e.from, e.to, e.ways, e.back, e.reply = e.to, e.from, "answer", true, e.Flow.Reply
	return e
}

// expectedTables returns the tables of connections of a product's pages, by page and anchor.
func expectedTables(p *model.Product) map[string][]string {
	tables := map[string][]string{}
	add := func(key string, e expectation, self *model.Component, side, hide string) {
		tables[key] = append(tables[key], e.line(self, side, hide))
	}
	for _, k := range p.Connections() {
		all := []expectation{forth(k)}
		if k.Flow.Reply != nil && first(p, k) {
			all = append(all, all[0].answer())
		}
		for _, e := range all {
			switch k.Flow.Scope {
			case "same-host":
				add("same-host#same-host", e, nil, "", "")
			case "nodes":
				for _, c := range union(e.from, e.to) {
					add("component-"+c.ID+"#among-nodes", e, c, "", "")
				}
			default:
				for _, c := range e.to {
					own := e
					own.to = []*model.Component{c}
					add("component-"+c.ID+"#inbound", own, c, "To", "")
				}
				for _, c := range e.from {
					own := e
					own.from = []*model.Component{c}
					add("component-"+c.ID+"#outbound", own, c, "From", "")
				}
			}
			if k.Flow.Scope != "same-host" {
				for _, f := range p.Features {
					for _, v := range shownValues(f, e.when()) {
						anchor := "feature-" + f.ID
						if len(f.Choices) > 0 {
							anchor += "--" + v
						}
						add("features#"+anchor, e, nil, "", f.ID)
					}
				}
			}
		}
		if k.Flow.BothWays && k.Flow.Scope == "network" {
			for _, c := range k.From {
				if c != k.To {
					add("component-"+c.ID+"#inbound", expectation{k, []*model.Component{k.To}, []*model.Component{c}, "both ways", true, nil}, c, "To", "")
				}
			}
			if !slices.Contains(k.From, k.To) {
				add("component-"+k.To.ID+"#outbound", expectation{k, []*model.Component{k.To}, k.From, "both ways", true, nil}, k.To, "From", "")
			}
		}
	}
	return tables
}

func union(a, b []*model.Component) []*model.Component {
	all := slices.Clone(a)
	for _, c := range b {
		if !slices.Contains(all, c) {
			all = append(all, c)
		}
	}
	return all
}

// shownValues returns the values of a feature that have a table: all that a
// connection needs or, for a switch, only the one that is not the default.
func shownValues(f *model.Feature, w model.When) []string {
	var values []string
	for id, list := range w.Lists() {
		for _, v := range list {
			if id == f.ID && len(list) < len(f.Values()) && (len(f.Choices) > 0 || v != f.Default) {
				values = append(values, v)
			}
		}
	}
	return values
}

// when returns the condition of the connection and, if there is one talker, of the talker.
func (e expectation) when() model.When {
	if len(e.From) == 1 {
		return e.Product.And(e.When, e.From[0].When)
	}
	return e.When
}

// line returns the row that a table must have, with the links of each cell after it. On
// a component's own page, one side has no column.
func (e expectation) line(own *model.Component, side, hide string) string {
	self := ""
	var known model.When
	if own != nil {
		self, known = own.ID, own.When
	}
	port := gen.PortText(e.Listener)
	if e.reply != nil {
		port = gen.PortText(&model.Listener{PortStatement: model.PortStatement{Ports: e.reply.Ports, Dynamic: e.reply.Dynamic}})
	}
	transport, app, purpose := e.Transport, e.Listener.App, inline.Visible(e.Flow.Purpose)
	if e.reply != nil {
		transport, app, purpose = e.reply.Transport, "", "Answer to: "+purpose
	}
	names := map[string]string{"tcp": "TCP", "udp": "UDP", "sctp": "SCTP", "icmp": "ICMP", "icmpv6": "ICMPv6", "esp": "IP 50 (ESP)", "ip/99": "IP 99"}
	cell := names[transport]
	for _, part := range []string{port, map[bool]string{true: "type 8, type 3 code 4"}[len(e.Listener.ICMP) > 0 && e.reply == nil]} {
		if part != "" {
			cell += " " + part
		}
	}
	if app != "" {
		cell = strings.TrimSuffix(cell, ")") + map[bool]string{true: "; ", false: " ("}[strings.HasSuffix(cell, "(dynamic)")] + inline.Visible(app) + ")"
	}
	var anchors, moved []string
	for _, r := range e.Product.Rules {
		if e.excludes(r) {
			continue
		}
		if n := r.Move[e.To.ID][e.Listener.ID]; n > 0 && !e.back && model.FormatPorts(e.Listener.Ports) != string(number(n)) {
			moved = append(moved, string(number(n))+" by rule "+r.ID)
			anchors = append(anchors, "#rule-"+r.ID)
		}
		if !e.back && slices.Contains(r.Close[e.To.ID], e.Listener.ID) {
			moved = append(moved, "closed by rule "+r.ID)
			anchors = append(anchors, "#rule-"+r.ID)
		}
	}
	sending := ""
	if s := e.Flow.Source; s != nil && !e.back {
		sending = map[bool]string{true: "from the port it is sent to", false: "from port " + model.FormatPorts(s.Ports)}[s.Same]
	}
	if !e.back && e.Flow.Delivery != "unicast" {
		sending = list(sending, e.Flow.Delivery)
		for i, g := range e.Flow.Groups {
			sending += map[bool]string{true: " to ", false: ", "}[i == 0] + inline.Visible(g)
		}
	}
	through := ""
	for _, id := range e.Flow.Via {
		through = list(through, "through "+inline.Visible(e.Product.Component(id).Name))
		anchors = append(anchors, "component-"+id)
	}
	cell = list(cell, sending, list(moved...), map[string]string{"ipv4": "IPv4 only", "ipv6": "IPv6 only"}[e.Flow.Family], e.ways, through)
	var cells []string
	for _, c := range []struct{ side, cell string }{
		{"From", e.sourceCell(self)},
		{"To", e.destinationCell(self)},
		{"", cell + " " + strings.Join(anchors, " ")},
		{"", purpose + " "},
		{"", e.neededCell(known, hide)},
		{"", e.evidenceCell()},
	} {
		if c.cell != "" && (side == "" || c.side != side) {
			cells = append(cells, c.cell)
		}
	}
	return strings.Join(cells, " ┃ ")
}

// excludes reports whether a rule never applies where the connection exists: one of its
// conditions, or of its components', has none of the values.
func (e expectation) excludes(r *model.Rule) bool {
	whens := []model.When{r.When}
	for _, id := range r.Together {
		whens = append(whens, e.Product.Component(id).When)
	}
	return slices.ContainsFunc(whens, func(w model.When) bool {
		return e.Product.And(w, e.when()).Never() != ""
	})
}

// list joins nonempty texts by commas.
func list(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), ", ")
}

// ends returns components, with the anchors of those that are links.
func ends(components []*model.Component, self string) (words string, anchors []string) {
	var all []string
	for _, c := range components {
		name := inline.Visible(c.Name)
		var more []string
		if c.ID != self {
			anchors = append(anchors, "component-"+c.ID)
			for i, place := range c.At.All() {
				if i < 3 {
					more = append(more, inline.Visible(place))
				}
			}
			if len(c.At.All()) > 3 {
				more = append(more, "…")
			}
		}
		if kind := map[model.Kind]string{model.Zone: "zone", model.Any: "any host", model.UnknownKind: "host not documented"}[c.Kind]; kind != "" {
			more = append(more, kind)
		}
		if len(more) > 0 {
			name += " (" + strings.Join(more, ", ") + ")"
		}
		all = append(all, name)
	}
	return strings.Join(all, ", "), anchors
}

func (e expectation) sourceCell(self string) string {
	words, anchors := ends(e.from, self)
	return words + " " + strings.Join(anchors, " ")
}

func (e expectation) destinationCell(self string) string {
	words, anchors := ends(e.to, self)
	if e.Flow.Scope == "nodes" && slices.Contains(e.from, e.to[0]) && len(e.to) == 1 {
		words += ", another node"
	}
	return words + " " + strings.Join(anchors, " ")
}

func (e expectation) evidenceCell() string {
	var labels []string
	anchors := []string{"#flow-" + e.Flow.ID}
	for _, row := range e.Flow.Cite {
		n := 0
		for _, s := range e.Product.Sources {
			for _, t := range s.Tables {
				n++
				if id, is := strings.CutPrefix(row, e.Product.ID+"/"+t.ID+"/"); is {
					labels = append(labels, string(number(n))+"."+id)
					anchors = append(anchors, "#row-"+t.ID+"--"+id)
				}
			}
		}
	}
	for i, x := range e.Product.Errata {
		if slices.Contains(x.Flows, e.Flow.ID) {
			labels = append(labels, "E"+string(number(i+1)))
			anchors = append(anchors, "#erratum-"+x.ID)
		}
	}
	words := e.Flow.ID
	if len(labels) > 0 {
		words += ": " + strings.Join(labels, ", ")
	}
	return words + " " + strings.Join(anchors, " ")
}

package matrix

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

func ports(numbers ...int) model.PortStatement {
	var s model.PortStatement
	for _, n := range numbers {
		s.Ports = append(s.Ports, model.PortRange{From: n, To: n})
	}
	return s
}

// small returns a product in which a client reaches the only listener of a server, after a change
// by the test.
func small(change func(p *model.Product, l *model.Listener, f *model.Flow)) *model.Product {
	l := &model.Listener{ID: "web", Transports: []string{"tcp"}, PortStatement: ports(443), Bind: "any"}
	f := &model.Flow{ID: "use", From: []string{"client"}, To: []model.Target{{Component: "server", Listeners: []string{"web"}}}, Scope: "network", Delivery: "unicast"}
	p := &model.Product{
		ID: "shop", Name: "Shop", Version: "1",
		Components: []*model.Component{
			{ID: "client", Name: "Client", Kind: model.Software},
			{ID: "server", Name: "Server", Kind: model.Software, Listeners: []*model.Listener{l}},
		},
		Flows: []*model.Flow{f},
		Features: []*model.Feature{
			{ID: "mail", Name: "Mail", Default: "off"},
			{ID: "plain", Name: "Plain text", Default: "on"},
			{ID: "store", Name: "Store", Default: "disk", Choices: []model.Choice{{ID: "disk", Name: "Disk"}, {ID: "cloud", Name: "Cloud"}}},
		},
	}
	change(p, l, f)
	return p
}

// linesOf returns the lines of all cells: "client server: TCP 443; [UDP 9]".
func linesOf(s *Sketch, m *Matrix) string {
	var all []string
	for i, from := range s.Components {
		for j, to := range s.Components {
			c := m.Cell(i, j)
			if c == nil {
				continue
			}
			var lines []string
			for _, l := range c.Lines() {
				if l.Sometimes {
					lines = append(lines, "["+l.String()+"]")
				} else {
					lines = append(lines, l.String())
				}
			}
			all = append(all, from.ID+" "+to.ID+": "+strings.Join(lines, "; "))
		}
	}
	return strings.Join(all, "\n")
}

// TestCells sums up each form of port, flow and condition.
func TestCells(t *testing.T) {
	type (
		product  = model.Product
		listener = model.Listener
		flow     = model.Flow
		dynamics = []model.DynamicRange
	)
	wide := model.PortRange{From: 49152, To: 65535}
	also := func(p *product, id string, change func(l *listener, f *flow)) {
		l := &listener{ID: id, Transports: []string{"tcp"}, PortStatement: ports(80), Bind: "any"}
		f := &flow{ID: id, From: []string{"client"}, To: []model.Target{{Component: "server", Listeners: []string{id}}}, Scope: "network", Delivery: "unicast"}
		change(l, f)
		p.Components[1].Listeners, p.Flows = append(p.Components[1].Listeners, l), append(p.Flows, f)
	}
	for _, c := range []struct {
		name   string
		change func(p *product, l *listener, f *flow)
		want   string
	}{
		{"port", func(*product, *listener, *flow) {}, "client server: TCP 443"},
		{"list", func(_ *product, l *listener, _ *flow) { l.PortStatement = ports(902, 443) }, "client server: TCP 443, 902"},
		{"neighbours", func(_ *product, l *listener, _ *flow) { l.PortStatement = ports(7001, 443, 7002, 7000) }, "client server: TCP 443, 7000-7002"},
		{"neighbours of another kind", func(p *product, l *listener, _ *flow) {
			l.PortStatement = ports(7000, 7001, 7010, 7011, 7012)
			also(p, "more", func(l *listener, f *flow) { l.PortStatement, f.Optional = ports(7002, 7003), true })
			also(p, "both", func(l *listener, _ *flow) {
				l.PortStatement, l.Transports = ports(7004, 7005, 7006), []string{"tcp", "udp"}
			})
			also(p, "else", func(l *listener, _ *flow) { l.PortStatement, l.Fallback = ports(7013), ports(7014).Ports })
		}, "client server: TCP 7000, 7001, 7010-7012, 7013 else 7014; TCP+UDP 7004-7006; [TCP 7002, 7003]"},
		{"thousands of neighbours", func(p *product, l *listener, _ *flow) {
			for n := range 5000 {
				also(p, fmt.Sprint("l", n), func(l *listener, _ *flow) { l.PortStatement = ports(1000 + n) })
			}
		}, "client server: TCP 443, 1000-5999"},
		{"ranges", func(_ *product, l *listener, _ *flow) {
			l.Ports = []model.PortRange{{From: 5000, To: 5010}, {From: 80, To: 80}}
		}, "client server: TCP 80, 5000-5010"},
		{"dynamic", func(_ *product, l *listener, _ *flow) {
			l.PortStatement = model.PortStatement{Dynamic: &model.Dynamic{}}
		}, "client server: TCP dynamic"},
		{"dynamic ranges by system", func(_ *product, l *listener, _ *flow) {
			l.PortStatement = model.PortStatement{Dynamic: &model.Dynamic{Ranges: dynamics{
				{PortRange: wide, OS: []string{"windows"}}, {PortRange: model.PortRange{From: 1025, To: 5000}}, {PortRange: wide, OS: []string{"linux"}},
			}}}
		}, "client server: TCP dynamic 1025-5000 or 49152-65535"},
		{"fallback", func(_ *product, l *listener, _ *flow) { l.Fallback = ports(80, 8080).Ports }, "client server: TCP 443 else 80 or 8080"},
		{"one of", func(_ *product, l *listener, _ *flow) { l.PortStatement, l.OneOf = ports(8080, 443), true }, "client server: TCP 443 or 8080"},
		{"text with line breaks", func(_ *product, l *listener, _ *flow) { l.Per = "user\n\nor\tsession" }, "client server: TCP 443 and above, one for each user or session"},
		{"count", func(_ *product, l *listener, _ *flow) { l.PortStatement = model.PortStatement{Count: 2} }, "client server: TCP 2 unknown ports"},
		{"port unknown", func(_ *product, l *listener, _ *flow) {
			l.PortStatement = model.PortStatement{Unknown: model.Unknown{model.AspectPort: "why"}}
		}, "client server: TCP port not documented"},
		{"transport unknown", func(_ *product, l *listener, _ *flow) {
			l.Transports, l.Unknown = nil, model.Unknown{model.AspectTransport: "why"}
		}, "client server: port 443"},
		{"both unknown", func(_ *product, l *listener, _ *flow) {
			l.Transports, l.PortStatement = nil, model.PortStatement{Unknown: model.Unknown{model.AspectTransport: "why", model.AspectPort: "why"}}
		}, "client server: port not documented"},

		{"several transports", func(_ *product, l *listener, _ *flow) { l.Transports = []string{"udp", "tcp"} }, "client server: TCP+UDP 443"},
		{"one of the transports", func(_ *product, l *listener, f *flow) {
			l.Transports, f.Transports = []string{"udp", "tcp"}, []string{"udp"}
		}, "client server: UDP 443"},
		{"icmp", func(_ *product, l *listener, _ *flow) { l.Transports, l.Ports = []string{"icmp"}, nil }, "client server: ICMP"},
		{"ip protocol", func(_ *product, l *listener, _ *flow) { l.Transports, l.Ports = []string{"ip/88"}, nil }, "client server: IP 88"},
		{"sctp", func(_ *product, l *listener, _ *flow) { l.Transports = []string{"sctp"} }, "client server: SCTP 443"},

		{"loopback", func(_ *product, l *listener, _ *flow) { l.Bind = "loopback" }, "client server: TCP 443 (same host)"},
		{"same host", func(_ *product, _ *listener, f *flow) { f.Scope = "same-host" }, "client server: TCP 443 (same host)"},
		{"same host and network", func(p *product, _ *listener, f *flow) {
			other := *f
			f.Scope = "same-host"
			p.Flows = append(p.Flows, &other)
		}, "client server: TCP 443"},
		{"no rule", func(_ *product, _ *listener, f *flow) { f.NoRule = "outside" }, "client server: TCP 443 (no rule needed)"},
		{"no rule and a rule", func(p *product, _ *listener, f *flow) {
			other := *f
			f.NoRule = "outside"
			p.Flows = append(p.Flows, &other)
		}, "client server: TCP 443"},
		{"nodes", func(_ *product, _ *listener, f *flow) { f.From, f.Scope = []string{"server"}, "nodes" }, "server server: TCP 443"},
		{"several talkers", func(_ *product, _ *listener, f *flow) { f.From = []string{"client", "server"} }, "client server: TCP 443\nserver server: TCP 443"},
		{"both ways", func(_ *product, _ *listener, f *flow) { f.BothWays = true }, "client server: TCP 443\nserver client: TCP 443"},
		{"both ways if", func(_ *product, _ *listener, f *flow) {
			f.BothWays, f.BothWaysWhen = true, model.When{"mail": {{"on"}}}
		}, "client server: TCP 443\nserver client: [TCP 443]"},
		{"reply", func(_ *product, _ *listener, f *flow) {
			f.Reply = &model.Reply{Transport: "udp", Ports: ports(5000).Ports}
		}, "client server: TCP 443\nserver client: UDP 5000 (answer)"},
		{"dynamic reply", func(_ *product, _ *listener, f *flow) {
			f.Reply = &model.Reply{Transport: "udp", Dynamic: &model.Dynamic{Ranges: dynamics{{PortRange: wide}}}}
		}, "client server: TCP 443\nserver client: UDP dynamic 49152-65535 (answer)"},
		{"reply to the source port", func(_ *product, _ *listener, f *flow) {
			f.Reply, f.Source = &model.Reply{Transport: "udp", ToSource: true}, &model.SourcePorts{Ports: ports(68).Ports}
		}, "client server: TCP 443\nserver client: UDP 68 (answer)"},

		{"optional", func(_ *product, _ *listener, f *flow) { f.Optional = true }, "client server: [TCP 443]"},
		{"needs what is off", func(_ *product, _ *listener, f *flow) { f.When = model.When{"mail": {{"on"}}} }, "client server: [TCP 443]"},
		{"needs what is on", func(_ *product, _ *listener, f *flow) { f.When = model.When{"plain": {{"on"}}} }, "client server: TCP 443"},
		{"needs any choice", func(_ *product, _ *listener, f *flow) { f.When = model.When{"store": {{"disk", "cloud"}}} }, "client server: TCP 443"},
		{"condition of the server", func(p *product, _ *listener, _ *flow) { p.Components[1].When = model.When{"mail": {{"on"}}} }, "client server: [TCP 443]"},
		{"condition of the client", func(p *product, _ *listener, _ *flow) { p.Components[0].When = model.When{"mail": {{"on"}}} }, "client server: [TCP 443]"},
		{"system", func(_ *product, _ *listener, f *flow) { f.OS = []string{"windows"} }, "client server: [TCP 443]"},
		{"system of the listener", func(_ *product, l *listener, _ *flow) { l.OS = []string{"linux"} }, "client server: [TCP 443]"},
		{"releases", func(_ *product, _ *listener, f *flow) { f.Versions = &model.Versions{From: "12.1"} }, "client server: [TCP 443]"},
		{"releases of a system", func(_ *product, l *listener, _ *flow) {
			l.OSVersions = map[string]*model.Versions{"linux": {From: "5"}}
		}, "client server: [TCP 443]"},
		{"phase", func(p *product, _ *listener, _ *flow) { p.Components[1].Phase = "installation" }, "client server: [TCP 443]"},
		{"off until", func(_ *product, l *listener, _ *flow) { l.OffUntil = "asked" }, "client server: [TCP 443]"},
		{"conditions that contradict", func(_ *product, l *listener, f *flow) {
			l.When, f.When = model.When{"mail": {{"on"}}}, model.When{"mail": {{"off"}}}
		}, ""},

		{"several listeners", func(p *product, _ *listener, _ *flow) {
			also(p, "ldap", func(l *listener, _ *flow) { l.Transports, l.PortStatement = []string{"tcp", "udp"}, ports(389) })
			also(p, "alt", func(*listener, *flow) {})
		}, "client server: TCP 80, 443; TCP+UDP 389"},
		{"sometimes over one transport", func(p *product, _ *listener, _ *flow) {
			also(p, "alt", func(l *listener, f *flow) {
				l.Transports, f.Optional, l.PortStatement = []string{"udp"}, true, ports(443)
			})
			also(p, "more", func(_ *listener, f *flow) { f.Optional = true })
		}, "client server: TCP 443; [TCP 80]; [UDP 443]"},
		{"sometimes and always", func(p *product, _ *listener, f *flow) {
			other := *f
			other.Optional = true
			p.Flows = []*flow{&other, f}
		}, "client server: TCP 443"},
	} {
		s := NewSketch(small(c.change))
		if got := linesOf(s, s.All()); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

// TestSetting checks that what a choice rules out is omitted, and that what it ensures is not
// marked Sometimes.
func TestSetting(t *testing.T) {
	p := small(func(p *model.Product, l *model.Listener, f *model.Flow) {
		f.When = model.When{"store": {{"cloud"}}}
		p.Features[0].Needs = model.When{"store": {{"cloud"}}}
		mail := *f
		mail.ID, mail.When, mail.From = "mail", model.When{"mail": {{"on"}}}, []string{"server"}
		p.Flows = append(p.Flows, &mail)
	})
	s := NewSketch(p)
	for value, want := range map[string]string{"disk": "", "cloud": "client server: TCP 443\nserver server: [TCP 443]"} {
		if got := linesOf(s, s.Matrix(gen.Setting{}.With(p, "store", value), s.Default().With(p, "store", value))); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", value, got, want)
		}
	}
	if got := s.Matrix(gen.Setting{}, s.Default().With(p, "mail", "on")); linesOf(s, got) != "client server: TCP 443\nserver server: TCP 443" {
		t.Errorf("with mail, which needs the cloud:\n%s", linesOf(s, got))
	}
	for component, got := range s.Conditions() {
		if name := p.Components[component].ID; !reflect.DeepEqual(got, model.When{"store": {{"cloud"}}}) {
			t.Errorf("%s exists if %v", name, got)
		}
	}
	if !s.Matters("store") || s.Matters("plain") {
		t.Error("store matters, plain does not")
	}
}

func TestUses(t *testing.T) {
	p := small(func(p *model.Product, _ *model.Listener, f *model.Flow) {
		p.Components[1].Service = "directory"
		f.BothWays, f.Optional = true, true
		p.Components = append(p.Components, &model.Component{ID: "other", Name: "Other"})
		f.From = append(f.From, "other")
	})
	uses := NewSketch(p).Uses()
	if len(uses) != 1 || uses[0].Service != "directory" || len(uses[0].Out) != 1 || len(uses[0].In) != 1 || uses[0].Out[0].Sometimes {
		t.Errorf("%+v", uses)
	}
}

func TestColumns(t *testing.T) {
	m := New(4)
	m.Add(0, 2, numbered("tcp", ports(80).Ports, "", false))
	m.Add(1, 2, numbered("udp", ports(53).Ports, "", true))
	m.Sort()
	for from, c := range m.Column(2) {
		if c == nil || c != m.Cell(from, 2) {
			t.Errorf("party %d is in the column with %v, and reaches party 2 at %v", from, c, m.Cell(from, 2))
		}
	}
	for party, alone := range []bool{false, false, false, true} {
		if m.IsAlone(party) != alone {
			t.Errorf("party %d is alone: %v", party, !alone)
		}
	}
	if got := m.Accepted(2).Lines(); len(got) != 2 || got[0].String() != "TCP 80" || !got[1].Sometimes {
		t.Errorf("%v", got)
	}
	if m.Accepted(0) != nil {
		t.Error("party 0 is accepted although nobody reaches it")
	}
}

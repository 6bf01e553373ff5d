package check

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/model"
)

// String formats a cell as TRANSPORTS/PORTS.
func (p printed) String() string {
	switch over := strings.Join(p.transports, "+"); {
	case p.kind == aTransport:
		return over
	case p.kind == aProtocol:
		return fmt.Sprintf("ip/%d", p.ports.From)
	case p.kind == aMessage:
		return fmt.Sprintf("message/%d", p.ports.From)
	case over == "":
		return p.ports.String()
	default:
		return over + "/" + p.ports.String()
	}
}

// TestReadCell reads cells as printed by vendors.
func TestReadCell(t *testing.T) {
	for _, c := range []struct{ cell, want string }{
		{"443", "443"},
		{"389, 636", "389 636"},
		{"4369, 5672, 25672", "4369 5672 25672"},
		{"8443 (TCP)", "tcp/8443"},
		{"88 (TCP/UDP)", "tcp+udp/88"},
		{"SMB 445 (TCP & UDP)", "tcp+udp/445"},
		{"TCP 1433 (ADO.NET)", "tcp/1433"},
		{"TCP 636 and 3269 (LDAPS)", "tcp/636 tcp/3269"},
		{"WMI (DCOM) TCP 135 and 445 (initially)", "tcp/135 tcp/445"},
		{"TCP 8000 (HTTP)", "tcp/8000"},
		{"TCP 80, 443, UDP 500", "tcp/80 tcp/443 udp/500"},
		{"80, 443 TCP, 500 UDP", "tcp/80 tcp/443 udp/500"},
		{"TCP: 80, 443; UDP: 500, 4500", "tcp/80 tcp/443 udp/500 udp/4500"},
		{"443 (TCP); 3478 (UDP)", "tcp/443 udp/3478"},
		{"tcp/53 udp/53", "tcp/53 udp/53"},
		{"tcp/53, udp/53", "tcp/53 udp/53"},
		{"53/tcp, 53/udp", "tcp/53 udp/53"},
		{"TCP53", "tcp/53"},
		{"53udp", "udp/53"},
		{"TCP/UDP 389", "tcp+udp/389"},
		{"TCP and UDP 389", "tcp+udp/389"},
		{"UDP 53 (TCP too)", "udp+tcp/53"},
		{"53 TCP and UDP 67", "53 67"},
		{"UDP 53, not TCP", "udp/53"},
		{"5000-5010", "5000-5010"},
		{"5000–5010 (UDP)", "udp/5000-5010"},
		{"TCP 49152 – 65535", "tcp/49152-65535"},
		{"5000 to 5010", "5000-5010"},
		{"5000 bis 5010", "5000-5010"},
		{"5000..5010", "5000-5010"},
		{"5000:5010", "5000-5010"},
		{"1024-5000 (TCP)", "tcp/1024-5000"},
		{"0-65535", "1-65535"},
		{"5010-5000", "5010 5000"},
		{"IP 112", "ip/112"},
		{"IP protocol 50 (ESP)", "ip/50"},
		{"IP protocol number 47", "ip/47"},
		{"Protocol: 51", "ip/51"},
		{"ip/112", "ip/112"},
		{"IP-Protokoll 50", "ip/50"},
		{"ESP (50)", "ip/50"},
		{"50 (ESP), UDP 500", "ip/50 udp/500"},
		{"VRRP 112", "ip/112"},
		{"L2TP 1701 (UDP)", "udp/1701"},
		{"TCP/IP 443", "tcp/443"},
		{"TCP/IP port 443", "tcp/443"},
		{"HTTPS protocol 443", "443"},
		{"ICMP", "icmp"},
		{"ICMP type 8", "icmp message/8"},
		{"ICMP 8, 0", "icmp message/8 message/0"},
		{"TCP (dynamic)", "tcp"},
		{"UDP", "udp"},
		{"Auto", ""},
		{"TLS 1.2, port 443", "443"},
		{"v4.5 and 802.1X on 1812", "1812"},
		{"10.0.0.1:443", "443"},
		{"99999", ""},
		{"100%", ""},
		{"Sctp 132", "sctp/132"},
	} {
		var got []string
		for _, p := range readCell(c.cell) {
			got = append(got, p.String())
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%q was read as %q, want %q", c.cell, strings.Join(got, " "), c.want)
		}
	}
}

// TestLostNumbers compares cells with a listener.
func TestLostNumbers(t *testing.T) {
	port := func(from, to int) []model.PortRange { return []model.PortRange{{From: from, To: to}} }
	fixed := func(ports []model.PortRange) model.PortStatement { return model.PortStatement{Ports: ports} }
	for _, c := range []struct {
		cell       string
		transports []string
		ports      model.PortStatement
		want       string // "" if nothing is lost
	}{
		{"IP 112", []string{"vrrp"}, fixed(nil), ""},
		{"IP 112", []string{"tcp"}, fixed(port(112, 112)), "IP protocol 112"},
		{"112", []string{"vrrp"}, fixed(nil), ""},
		{"ESP 50", []string{"esp"}, fixed(nil), ""},
		{"IP 6", []string{"tcp"}, fixed(port(1, 65535)), ""},
		{"53 (TCP)", []string{"udp"}, fixed(port(53, 53)), "53 over tcp, but what cites it has it only over udp"},
		{"53 (TCP/UDP)", []string{"udp"}, fixed(port(53, 53)), "53 over tcp"},
		{"53 (TCP/UDP)", []string{"tcp", "udp"}, fixed(port(53, 53)), ""},
		{"53", []string{"udp"}, fixed(port(53, 53)), ""},
		{"54", []string{"udp"}, fixed(port(53, 53)), "54, but nothing that cites it has that port"},
		{"5000-5010", []string{"tcp"}, fixed(port(5000, 5010)), ""},
		{"5000-5010", []string{"tcp"}, fixed(port(5000, 5020)), "5000-5010, but nothing that cites it has that range"},
		{"5000-5010", []string{"tcp"}, fixed(port(5000, 5009)), "5000-5010, but nothing that cites it has that range"},
		{"5000-5010", []string{"tcp"}, fixed([]model.PortRange{{From: 5000, To: 5004}, {From: 5005, To: 5010}}), ""},
		{"5000 - 5010", []string{"tcp"}, fixed([]model.PortRange{{From: 5000, To: 5000}, {From: 5010, To: 5010}}), ""},
		{"5000 - 5010", []string{"tcp"}, fixed(port(5000, 5020)), "nothing that cites it has that range"},
		{"5000-5010 (UDP)", []string{"tcp"}, fixed(port(5000, 5010)), "5000-5010 over udp"},
		{"TCP (dynamic)", []string{"udp"}, model.PortStatement{Dynamic: &model.Dynamic{}}, "TCP, but nothing"},
		{"TCP (dynamic)", []string{"tcp"}, model.PortStatement{Dynamic: &model.Dynamic{}}, ""},
		{"49152-65535", []string{"tcp"}, model.PortStatement{Dynamic: &model.Dynamic{Ranges: []model.DynamicRange{{PortRange: model.PortRange{From: 49152, To: 65535}}}}}, ""},
		{"5900 + N", []string{"tcp"}, model.PortStatement{Ports: port(5901, 5901), Offset: &model.Offset{Base: 5900, Plus: 1}}, ""},
		{"3 ports", []string{"tcp"}, model.PortStatement{Count: 3}, ""},
		{"443 or 8443", []string{"tcp"}, model.PortStatement{Ports: port(443, 443), Fallback: port(8443, 8443)}, ""},
		{"ICMP", []string{"icmp"}, fixed(nil), ""},
		{"ICMP", []string{"udp"}, fixed(port(7, 7)), "ICMP, but nothing"},
		{"ICMP type 8", []string{"icmp"}, fixed(nil), ""},
	} {
		l := &model.Listener{ID: "l", Transports: c.transports, PortStatement: c.ports, Bind: "any", Cite: []string{"p/t/1"}}
		p := &model.Product{
			ID:         "p",
			Sources:    []*model.Source{{ID: "s", Tables: []*model.Table{{ID: "t", Rows: []model.Row{{ID: "p/t/1", Cell: c.cell}}}}}},
			Components: []*model.Component{{ID: "c", Listeners: []*model.Listener{l}}},
		}
		var got []string
		for _, f := range Product(p, Options{}) {
			if f.Code == "PS3002" {
				got = append(got, f.Message)
			}
		}
		// An erratum about the row explains the other transport.
		p.Errata = []*model.Erratum{{ID: "e", Cite: []string{"p/t/1"}}}
		for _, f := range Product(p, Options{}) {
			if f.Code == "PS3002" && strings.Contains(f.Message, " over ") && !strings.Contains(f.Message, "protocol") {
				t.Errorf("%q with an erratum: %s", c.cell, f.Message)
			}
		}
		if c.want == "" && len(got) > 0 || c.want != "" && !slices.ContainsFunc(got, func(m string) bool { return strings.Contains(m, c.want) }) {
			t.Errorf("%q under %v %v: %q, want %q", c.cell, c.transports, c.ports.Ports, got, c.want)
		}
	}
}

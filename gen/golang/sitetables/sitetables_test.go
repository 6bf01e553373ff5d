package sitetables

import (
	"fmt"
	"reflect"
	"testing"
)

// with sets the tables for a test.
func with(t *testing.T) {
	hosts = []Host{
		{ID: "server", Count: 1, Addresses: []string{"192.0.2.1", "2001:db8::1"}, Names: []string{"server.example"}},
		{ID: "named", Count: 1, Names: []string{"named.example", "*.named.example"}},
		{ID: "gateway", Count: 1, Addresses: []string{"192.0.2.9"}},
		{ID: "pcs", Count: 20, Addresses: []string{"198.51.100.0/24"}},
	}
	web := []PortRange{{443, 443}, {8000, 8010}}
	listeners = []Listener{
		{Host: "server", ID: "p/s.web", Transport: TCP, Ports: web},
		{Host: "server", ID: "p/s.web", Transport: UDP, Ports: web},
		{Host: "server", ID: "p/s.rpc", Transport: TCP, Ports: []PortRange{{49152, 65535}}, Dynamic: true},
		{Host: "server", ID: "p/s.esp", Transport: "esp"},
		{Host: "named", ID: "p/s.web", Transport: TCP, Ports: web},
		{Host: "pcs", ID: "p/c.agent", Transport: TCP, Ports: web},
	}
	permits = []Permit{
		{Flow: "web", From: []PeerID{"pcs", "named"}, To: []PeerID{"server", "named"}, Transport: TCP, Ports: web},
		{Flow: "rpc", From: []PeerID{"pcs"}, To: []PeerID{"server"}, Transport: TCP, Ports: []PortRange{{49152, 65535}}, Dynamic: true},
		{Flow: "esp", From: []PeerID{"server"}, To: []PeerID{"named"}, Transport: "esp"},
		{Flow: "lost", From: []PeerID{"server"}, To: []PeerID{"named"}, Transport: TCP, Dynamic: true},
		{Flow: "via", From: []PeerID{"pcs"}, To: []PeerID{"mail"}, Via: [][]PeerID{{"gateway"}}, Transport: TCP, Ports: []PortRange{{25, 25}}},
		{Flow: "find", From: []PeerID{"server"}, To: []PeerID{"pcs"}, Groups: []string{"broadcast"}, Transport: UDP, Ports: []PortRange{{9, 9}}},
		{Flow: "open", From: []PeerID{Any}, To: []PeerID{"gateway"}, Transport: TCP, Ports: []PortRange{{1, 1}}},
	}
	elsewhere = []Peer{{ID: "mail", Addresses: []string{"203.0.113.0/28"}, Names: []string{"mail.example"}}}
	t.Cleanup(func() { hosts, listeners, permits, elsewhere = nil, nil, nil, nil })
}

func TestAddresses(t *testing.T) {
	with(t)
	for _, c := range []struct {
		host HostID
		id   ListenerID
		want string
	}{
		{"server", "p/s.web", "[192.0.2.1:443 192.0.2.1:8000 [2001:db8::1]:443 [2001:db8::1]:8000]"},
		{"server", "p/s.rpc", "[]"},
		{"server", "p/s.esp", "[]"},
		{"server", "p/s.none", "[]"},
		{"named", "p/s.web", "[named.example:443 named.example:8000]"},
		{"pcs", "p/c.agent", "[]"},
		{"nobody", "p/s.web", "[]"},
	} {
		if got := fmt.Sprint(c.host.Addresses(c.id)); got != c.want {
			t.Errorf("%s %s: %s, want %s", c.host, c.id, got, c.want)
		}
	}
	if got := HostID("server").Address("p/s.web"); got != "192.0.2.1:443" {
		t.Errorf("Address is %s", got)
	}
	if got := HostID("server").Address("p/s.rpc"); got != "" {
		t.Errorf("Address is %s", got)
	}
	if n := len(HostID("server").Listeners()); n != 4 {
		t.Errorf("%d listeners", n)
	}
}

func TestTargets(t *testing.T) {
	with(t)
	for i, want := range []string{
		"[192.0.2.1:443 192.0.2.1:8000 [2001:db8::1]:443 [2001:db8::1]:8000]", // named does not dial itself
		"[]", "[]", "[]",
		"[192.0.2.9:25]",
		"[]",
		"[192.0.2.9:1]",
	} {
		if got := fmt.Sprint(permits[i].Targets("named")); got != want {
			t.Errorf("%s: %s, want %s", permits[i].Flow, got, want)
		}
	}
	permits[4].Via = nil
	if got := fmt.Sprint(permits[4].Targets("pcs")); got != "[mail.example:25]" {
		t.Error(got)
	}
}

func TestPermitted(t *testing.T) {
	with(t)
	for _, c := range []struct {
		from, to  HostID
		transport Transport
		port      int
		want      bool
	}{
		{"pcs", "server", TCP, 443, true},
		{"pcs", "server", TCP, 8005, true},
		{"pcs", "server", TCP, 444, false},
		{"pcs", "server", UDP, 443, false},
		{"server", "pcs", TCP, 443, false},
		{"pcs", "server", TCP, 50000, true},
		{"server", "named", "esp", 0, true},
		{"server", "named", TCP, 0, false},
		{"pcs", "gateway", TCP, 25, true},
		{"server", "pcs", UDP, 9, true},
		{"named", "gateway", TCP, 1, true},
		{"server", "server", TCP, 12345, true},
		{"pcs", "pcs", TCP, 12345, false},
		{"gateway", "server", TCP, 443, false},
	} {
		if got := Permitted(c.from, c.to, c.transport, c.port); got != c.want {
			t.Errorf("%s to %s, %s %d: %v", c.from, c.to, c.transport, c.port, got)
		}
	}
	flows := func(all []Permit) (text string) {
		for _, p := range all {
			text += p.Flow + " "
		}
		return text
	}
	if got := flows(PermitsFrom("pcs")); got != "web rpc via open " {
		t.Errorf("from pcs: %s", got)
	}
	if got := flows(PermitsTo("gateway")); got != "open " {
		t.Errorf("to gateway: %s", got)
	}
}

// TestCopies changes everything that can be reached from the results of the functions: the
// tables must not change.
func TestCopies(t *testing.T) {
	with(t)
	all := func() []any {
		h := HostID("server")
		return []any{Hosts(), Listeners(), Permits(), Elsewhere(), []Host{h.Host()}, h.Listeners(), PermitsFrom("pcs"), PermitsTo("server")}
	}
	fill(reflect.ValueOf(&hosts[0]).Elem())
	fill(reflect.ValueOf(&listeners[0]).Elem())
	fill(reflect.ValueOf(&permits[0]).Elem())
	fill(reflect.ValueOf(&elsewhere[0]).Elem())
	hosts[0].ID, listeners[0].Host = "server", "server"
	permits[0].From[0], permits[0].To[0] = "pcs", "server"
	before := all()
	for i, list := range all() {
		spoil(reflect.ValueOf(list))
		if reflect.DeepEqual(list, before[i]) {
			t.Errorf("%T %d: spoil changed nothing", list, i)
		}
	}
	if after := all(); !reflect.DeepEqual(before, after) {
		t.Errorf("changing a copy changed the tables:\n%+v\n%+v", before, after)
	}
}

// fill sets all fields and list elements.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0))
		fill(v.Index(1))
	case reflect.String:
		v.SetString("text")
	case reflect.Int:
		v.SetInt(7)
	case reflect.Bool:
		v.SetBool(true)
	default:
		panic("no value for " + v.Type().String())
	}
}

// spoil changes everything that can be reached from v.
func spoil(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			spoil(v.Field(i))
		}
	case reflect.Slice:
		for i := range v.Len() {
			spoil(v.Index(i))
		}
	case reflect.String:
		v.SetString("spoilt")
	case reflect.Int:
		v.SetInt(-7)
	case reflect.Bool:
		v.SetBool(!v.Bool())
	}
}

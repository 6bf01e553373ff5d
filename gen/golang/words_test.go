package golang

import (
	"testing"

	"github.com/portspec/portspec/internal/model"
)

func TestSpelling(t *testing.T) {
	s := spellingOf(&model.Product{
		Name: "Frobnicator SERVERFARM", Vendor: "1E IGEL",
		Components: []*model.Component{{Name: "FlexThing Packaging Console"}, {Name: "flexthing"}, {Name: "xyCenter (ICX)"}, {Name: ""}},
	})
	for _, c := range []struct{ id, want string }{
		{"ums-server", "UMSServer"},
		{"ha-load-balancer", "HALoadBalancer"},
		{"os12-device", "OS12Device"},
		{"http", "HTTP"},
		{"https", "HTTPS"},
		{"ldap", "LDAP"},
		{"ldaps", "LDAPS"},
		{"tls", "TLS"},
		{"sql", "SQL"},
		{"smb", "SMB"},
		{"smb2", "SMB2"},
		{"id", "ID"},
		{"ids", "IDs"},
		{"api", "API"},
		{"rpc", "RPC"},
		{"icg", "ICG"},
		{"tcp", "TCP"},
		{"udp", "UDP"},
		{"vnc", "VNC"},
		{"url", "URL"},
		{"ipv6", "IPv6"},
		{"icmpv6", "ICMPv6"},
		{"pop3-server", "POP3Server"},
		{"postgresql", "PostgreSQL"},
		{"esxi", "ESXi"},
		{"vcenter", "VCenter"},
		{"macos", "MacOS"},
		{"ios", "IOS"},
		{"tls13", "TLS13"},
		{"wake-on-lan", "WakeOnLAN"},
		{"web", "Web"},
		{"flexthing", "FlexThing"},
		{"xycenter", "XyCenter"},
		{"icx", "ICX"},
		{"1e-agent", "1EAgent"},
		{"igel-os", "IGELOS"},
		{"serverfarm", "Serverfarm"},
		{"3rd-party", "3rdParty"},
		{"443", "443"},
		{"", ""},
		{"not an*id", "NotAnID"},
	} {
		if got := s.name(c.id); got != c.want {
			t.Errorf("name(%q) = %s, want %s", c.id, got, c.want)
		}
	}
}

func TestSpellingIsFreeOfOrder(t *testing.T) {
	a, b := spelling{}, spelling{}
	for _, name := range []string{"FlexApp", "FLEXapp", "fLexApp", "flexApp"} {
		a.learn(name)
	}
	for _, name := range []string{"flexApp", "fLexApp", "FLEXapp", "FlexApp"} {
		b.learn(name)
	}
	if a["flexapp"] != "FLEXapp" || a["flexapp"] != b["flexapp"] {
		t.Errorf("%s in one order, %s in another", a["flexapp"], b["flexapp"])
	}
}

func TestElide(t *testing.T) {
	for _, c := range []struct{ component, listener, want string }{
		{"ums-server", "web", "web"},
		{"postgresql", "postgresql", ""},
		{"smtp-gateway", "smtp", ""},
		{"sql-server", "server-browser", "browser"},
		{"ums-server", "web-port", "web"},
		{"ums-server", "port", ""},
		{"web-console", "web-console-api", "api"},
		{"a", "b-a", "b-a"},
		{"ldap-directory", "ldaps", "ldaps"},
	} {
		if got := elide(c.component, c.listener); got != c.want {
			t.Errorf("elide(%q, %q) = %q, want %q", c.component, c.listener, got, c.want)
		}
	}
}

package golang

import (
	"reflect"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// A shape is a way to declare a port, with the expected code.
type shape struct {
	listener  *model.Listener
	constants map[string]any      // in addition to the functions
	functions map[string]any      // with their results
	docs      map[string][]string // parts of comments, with spaces for line breaks
	finding   string
}

func ports(numbers ...int) []model.PortRange {
	var list []model.PortRange
	for _, n := range numbers {
		list = append(list, model.PortRange{From: n, To: n})
	}
	return list
}

func span(from, to int) model.PortRange { return model.PortRange{From: from, To: to} }

type (
	stated = model.PortStatement
	rng    = map[string]any
)

var code0 = 0

// shapes returns all ways to declare a port, and all conditions of a listener, newly made for
// each caller.
func shapes() []shape {
	return []shape{
		{
			listener:  &model.Listener{ID: "one", App: "https", PortStatement: stated{Ports: ports(8443)}, Cite: []string{"shapes/t/2", "shapes/u/1"}},
			constants: rng{"ServerOnePort": int64(8443)},
			docs:      map[string][]string{"ServerOnePort": {"ServerOnePort is a TCP port of The Server for https: Purpose of one.", "- Talkers: client, other, server, dmz, anybody, somebody.", "- Errata: odd.", "- Source: t/1, 2; u/1."}},
		},
		{
			listener:  &model.Listener{ID: "list", Transports: []string{"tcp", "udp", "sctp"}, PortStatement: stated{Ports: ports(443, 902)}},
			functions: rng{"ServerListPorts": []any{443., 902.}},
			docs:      map[string][]string{"ServerListPorts": {"ServerListPorts returns the TCP, UDP and SCTP ports of The Server: Purpose of list."}},
		},
		{
			listener:  &model.Listener{ID: "range", PortStatement: stated{Ports: []model.PortRange{span(5000, 5010)}}},
			constants: rng{"ServerRangePortFirst": int64(5000), "ServerRangePortLast": int64(5010)},
			docs:      map[string][]string{"ServerRangePortFirst": {"begins a range of TCP ports of The Server: Purpose of range."}, "ServerRangePortLast": {"[ServerRangePortFirst]"}},
		},
		{
			listener:  &model.Listener{ID: "ranges", PortStatement: stated{Ports: append(ports(80), span(5000, 5010))}},
			functions: rng{"ServerRangesPorts": []any{rng{"First": 80., "Last": 80.}, rng{"First": 5000., "Last": 5010.}}},
		},
		{
			listener:  &model.Listener{ID: "one-of", PortStatement: stated{OneOf: true, Ports: ports(8080, 8081)}},
			functions: rng{"ServerOneOfPorts": []any{8080., 8081.}},
			docs:      map[string][]string{"ServerOneOfPorts": {"one of which is used"}},
		},
		{
			listener:  &model.Listener{ID: "fallback", PortStatement: stated{Ports: ports(443), Fallback: ports(80)}},
			constants: rng{"ServerFallbackPort": int64(443), "ServerFallbackPortFallback": int64(80)},
			docs:      map[string][]string{"ServerFallbackPortFallback": {"is a TCP port of The Server that is tried where 443 does not answer."}},
		},
		{
			listener:  &model.Listener{ID: "fallbacks", PortStatement: stated{Ports: ports(443), Fallback: ports(80, 81)}},
			constants: rng{"ServerFallbacksPort": int64(443)},
			functions: rng{"ServerFallbacksPortFallbacks": []any{80., 81.}},
		},
		{
			listener:  &model.Listener{ID: "offset", PortStatement: stated{Ports: ports(8002), Offset: &model.Offset{Setting: "base port", Base: 8000, Plus: 2}}},
			constants: rng{"ServerOffsetPort": int64(8002), "ServerOffsetPortBase": int64(8000)},
			docs:      map[string][]string{"ServerOffsetPortBase": {"[ServerOffsetPort] follows from: base port."}},
		},
		{
			listener:  &model.Listener{ID: "offset-of", PortStatement: stated{Ports: ports(8000), Offset: &model.Offset{Of: "offset", Base: 8002, Plus: -2}}},
			constants: rng{"ServerOffsetOfPort": int64(8000)},
			docs:      map[string][]string{"ServerOffsetOfPort": {"If [ServerOffsetPort] changes, this port changes with it"}},
		},
		{
			listener:  &model.Listener{ID: "offset-of-list", PortStatement: stated{Ports: ports(447), Offset: &model.Offset{Of: "list", Setting: "data port", Base: 443, Plus: 4}}},
			constants: rng{"ServerOffsetOfListPort": int64(447)},
		},
		{
			listener: &model.Listener{ID: "dynamic", PortStatement: stated{Dynamic: &model.Dynamic{}}},
			finding:  "listener dynamic of server in shapes has no Go constant, as its port is chosen at run time, from an unknown range",
		},
		{
			listener:  &model.Listener{ID: "dynamic-range", PortStatement: stated{Dynamic: &model.Dynamic{Mapper: "one", Ranges: []model.DynamicRange{{PortRange: span(49152, 65535), OS: []string{"windows"}}, {PortRange: span(49152, 65535), OS: []string{"linux"}}}}}},
			constants: rng{"ServerDynamicRangePortFirst": int64(49152), "ServerDynamicRangePortLast": int64(65535)},
			docs:      map[string][]string{"ServerDynamicRangePortFirst": {"- Dynamic: chosen at run time, asked for at listener one.", "- The range 49152-65535 on linux."}},
		},
		{
			listener: &model.Listener{ID: "dynamic-ranges", PortStatement: stated{Dynamic: &model.Dynamic{Ranges: []model.DynamicRange{
				{PortRange: span(49152, 65535), OS: []string{"windows"}, Versions: &model.Versions{From: "6.0"}, Cite: []string{"shapes/t/1"}},
				{PortRange: span(1025, 5000), OS: []string{"windows"}, Versions: &model.Versions{Before: "6.0"}},
			}}}},
			functions: rng{"ServerDynamicRangesPorts": []any{rng{"First": 49152., "Last": 65535.}, rng{"First": 1025., "Last": 5000.}}},
			docs:      map[string][]string{"ServerDynamicRangesPorts": {"- The range 49152-65535 on windows, from release 6.0.", "- The range 1025-5000 on windows, before release 6.0."}},
		},
		{
			listener: &model.Listener{ID: "count", PortStatement: stated{Count: 3}},
			finding:  "listener count of server in shapes has no Go constant, as only the number of its ports is known, 3",
		},
		{
			listener: &model.Listener{ID: "undocumented", PortStatement: stated{Unknown: model.Unknown{model.AspectPort: "the vendor is silent"}}},
			finding:  "listener undocumented of server in shapes has no Go constant, as its port is not documented: the vendor is silent",
		},
		{listener: &model.Listener{ID: "ping", Transports: []string{"icmp"}, ICMP: []model.ICMP{{Type: 8}, {Type: 3, Code: &code0}}}},
		{listener: &model.Listener{ID: "ping6", Transports: []string{"icmpv6"}}},
		{listener: &model.Listener{ID: "esp", Transports: []string{"esp"}}},
		{
			listener:  &model.Listener{ID: "sctp", Transports: []string{"sctp"}, PortStatement: stated{Ports: ports(2905)}},
			constants: rng{"ServerSCTPPort": int64(2905)},
			docs:      map[string][]string{"ServerSCTPPort": {"is an SCTP port of The Server: Purpose"}},
		},
		{
			listener:  &model.Listener{ID: "loopback", Bind: "loopback", PortStatement: stated{Ports: ports(8000)}},
			constants: rng{"ServerLoopbackPort": int64(8000)},
			docs:      map[string][]string{"ServerLoopbackPort": {"- Bound to loopback: reachable from its own host only."}},
		},
		{
			listener: &model.Listener{ID: "conditioned", PortStatement: stated{Ports: ports(1)}, Conditions: model.Conditions{
				When: model.When{"mode": {{"a", "b"}}, "tls": {{"on"}}}, OS: []string{"linux", "windows"}, OSVersions: map[string]*model.Versions{"windows": {From: "6.0", Before: "10"}, "linux": {From: "4"}}, Versions: &model.Versions{From: "2", Before: "5"}, Phase: "installation",
			}},
			constants: rng{"ServerConditionedPort": int64(1)},
			docs:      map[string][]string{"ServerConditionedPort": {"- Only where mode is a or b, tls is on.", "- Only on linux or windows, from release 2, before release 5.", "- Of linux only from release 4.", "- Of windows only from release 6.0, before release 10.", "- Only during installation."}},
		},
		{
			listener:  &model.Listener{ID: "can-change", Configurable: &model.Configurable{Allowed: true, How: "server.conf", At: "any-time"}, PortStatement: stated{Ports: ports(2)}},
			constants: rng{"ServerCanChangePort": int64(2)},
			docs:      map[string][]string{"ServerCanChangePort": {"- Can be changed: server.conf."}},
		},
		{
			listener:  &model.Listener{ID: "setup-only", Configurable: &model.Configurable{Allowed: true, At: "installation"}, PortStatement: stated{Ports: ports(3)}},
			constants: rng{"ServerSetupOnlyPort": int64(3)},
			docs:      map[string][]string{"ServerSetupOnlyPort": {"- Can be changed at installation only."}},
		},
		{
			listener:  &model.Listener{ID: "fixed", Configurable: &model.Configurable{At: "any-time"}, PortStatement: stated{Ports: ports(4)}},
			constants: rng{"ServerFixedPort": int64(4)},
			docs:      map[string][]string{"ServerFixedPort": {"- Not opened on a host that runs server and other, by rule same-host.", "- Cannot be changed."}},
		},
		{
			listener:  &model.Listener{ID: "off", OffUntil: "enabled in the console", Processes: map[string][]string{"linux": {"agentd", "helperd"}}, PortStatement: stated{Ports: ports(5)}},
			constants: rng{"ServerOffPort": int64(5)},
			docs:      map[string][]string{"ServerOffPort": {"- Off until switched on: enabled in the console.", "- Opened on linux by agentd, helperd."}},
		},
		{
			listener:  &model.Listener{ID: "moved", PortStatement: stated{Ports: ports(30001)}},
			constants: rng{"ServerMovedPort": int64(30001), "ServerMovedPortSameHost": int64(30002)},
			docs:      map[string][]string{"ServerMovedPortSameHost": {"takes the place of [ServerMovedPort] on a host that runs server and other: Both want 30001.", "- Only where tls is on.", "- Rule: same-host.", "- Source: t/2."}},
		},
		{
			listener:  &model.Listener{ID: "moved-dynamic", PortStatement: stated{Dynamic: &model.Dynamic{}}},
			constants: rng{"ServerMovedDynamicPortSameHost": int64(30003)},
			docs:      map[string][]string{"ServerMovedDynamicPortSameHost": {"is a TCP port of The Server on a host that runs server and other: Both want 30001."}},
			finding:   "listener moved-dynamic of server in shapes has no Go constant, as its port is chosen at run time, from an unknown range",
		},
	}
}

func TestShapes(t *testing.T) {
	files, findings := Generate(&model.Catalog{Products: []*model.Product{shapesProduct()}})
	constants, docs := constantsOf(t, files, "shapes"), docsOf(t, files, "shapes")
	messages := map[string]diag.Finding{}
	for _, f := range findings {
		messages[f.Message] = f
	}
	for _, s := range shapes() {
		for name, want := range s.constants {
			if constants[name] != want {
				t.Errorf("%s: %s = %v, want %v", s.listener.ID, name, constants[name], want)
			}
		}
		for name, parts := range s.docs {
			text := strings.Join(strings.Fields(docs[name]), " ")
			for _, part := range parts {
				if !strings.Contains(text, part) {
					t.Errorf("%s: comment of %s lacks %q:\n%s", s.listener.ID, name, part, docs[name])
				}
			}
		}
		if s.finding == "" {
			continue
		}
		f, ok := messages[s.finding]
		if !ok || f.Code != "PS4101" || f.Severity != diag.Info || f.Path != model.PathOf("product", "components", "server", "listeners", s.listener.ID) {
			t.Errorf("%s: finding %+v", s.listener.ID, f)
		}
		delete(messages, s.finding)
		if !strings.Contains(packageComment(t, files, "shapes"), s.listener.ID+" of server: ") {
			t.Errorf("%s: not in the package comment", s.listener.ID)
		}
	}
	if len(messages) > 0 {
		t.Errorf("more findings: %v", messages)
	}
	if f := findings[len(findings)-1]; f.Position.String() != "shapes.cue:7:2" {
		t.Errorf("finding of dynamic is at %s", f.Position)
	}
}

// TestConstantsOfShapes lists all constants, including those that are not ports of listeners, to
// find missing and surplus ones.
func TestConstantsOfShapes(t *testing.T) {
	files, _ := Generate(&model.Catalog{Products: []*model.Product{shapesProduct()}})
	got := constantsOf(t, files, "shapes")
	want := map[string]any{
		"TCP": "tcp", "UDP": "udp", "SCTP": "sctp", "ICMP": "icmp", "ICMPv6": "icmpv6", "UnknownTransport": "unknown", "On": "on", "Off": "off",
		"ScopeNetwork": "network", "ScopeSameHost": "same-host", "ScopeNodes": "nodes",
		"ProductID": "shapes", "ProductName": "Shapes", "Vendor": "V", "Version": "1",
		"ServerID": "server", "ActiveDirectoryID": "active-directory", "ClientID": "client", "OtherID": "other", "WildID": "wild",
		"ExactID": "exact", "DMZID": "dmz", "AnybodyID": "anybody", "SomebodyID": "somebody",
		"FeatureTLS": "tls", "TLSOn": "on", "TLSOff": "off", "FeatureMode": "mode", "ModeA": "a", "ModeB": "b",
		"ServerAddress": "192.0.2.1", "ServerProcessLinux": "serverd", "WildHostPattern": "*.example.com", "ExactHost": "www.example.com", "ExactNetwork": "192.0.2.0/24",
		"ActiveDirectoryLDAPPort": int64(389), "ActiveDirectoryEpmPort": int64(135),
		"ActiveDirectoryRPCPortFirst": int64(49152), "ActiveDirectoryRPCPortLast": int64(65535),
	}
	for _, s := range shapes() {
		for name, value := range s.constants {
			want[name] = value
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("unexpected %s = %v", name, got[name])
		}
	}
	for name := range want {
		if !reflect.DeepEqual(got[name], want[name]) {
			t.Errorf("%s = %v, want %v", name, got[name], want[name])
		}
	}
	if doc := docsOf(t, files, "shapes")["ActiveDirectoryLDAPPort"]; !strings.Contains(doc, "is a TCP port of") {
		t.Errorf("LDAP is used only over TCP, but the comment is\n%s", doc)
	}
}

func packageComment(t *testing.T, files []gen.File, pkg string) string {
	t.Helper()
	_, parsed := typecheck(t, files, pkg)
	var text string
	for _, f := range parsed {
		text += f.Doc.Text()
	}
	return strings.Join(strings.Fields(text), " ")
}

package checks

import (
	"strings"
	"testing"
	"testing/fstest"

	"cuelang.org/go/cue"
	cueload "cuelang.org/go/cue/load"

	"github.com/portspec/portspec/internal/load/eval"
	"github.com/portspec/portspec/internal/workspace"
)

// product uses everything that checks inspect.
const product = `package x

import "github.com/portspec/portspec/schema"

product: schema.#Product & {
	id: "x", name: "X", vendor: "X", version: "1", description: "X."
	sources: guide: {title: "Guide", tables: ports: {title: "Ports", rows: {"1": "TCP 1", "2": "TCP 2"}}}
	features: {
		database: {name: "Database", description: "Which.", choices: {a: name: "A", b: name: "B"}, default: "a"}
		fast: {name: "Fast", description: "Faster.", needs: database: ["a"]}
	}
	components: {
		agent: {name: "Agent", os: ["windows", "linux"]}
		server: {
			name: "Server"
			listeners: {
				api: {purpose: "API", transports: ["tcp", "udp"], port: 7443, when: database: ["a", "b"], configurable: how: "A file"}
				admin: {purpose: "Admin", transports: ["tcp"], offset: {of: "api", plus: 1}}
				old: {purpose: "Old", transports: ["tcp"], ports: [1, 2], ranges: [{from: 5, to: 7}]}
				local: {purpose: "Local", transports: ["tcp"], port: 9, bind: "loopback", os: ["linux"], processes: linux: ["x"]}
				many: {purpose: "Many", transports: ["tcp"], dynamic: {mapper: "api", ranges: [{from: 10, to: 20, os: ["linux"]}, {from: 10, to: 20}]}}
				ping: {purpose: "Ping", transports: ["icmp"], icmp: [{type: 8}, {type: 8, code: 0}]}
			}
		}
		peer: {name: "Peer", at: addresses: ["10.0.0.1"], listeners: web: {purpose: "Web", transports: ["tcp", "udp"], port: 80}}
	}
	flows: {
		report: {from: ["agent"], to: server: ["api", "old"], purpose: "Reports", transports: ["tcp"], cite: ["x/ports/1"]}
		admin: {from: ["agent", "peer"], to: server: ["admin"], purpose: "Admin", when: fast: ["on"], cite: ["x/ports/2"]}
		own: {from: ["server"], to: server: ["local"], scope: "same-host", purpose: "Local", instead_of: ["report"], cite: ["x/ports/2"]}
		any: {from: ["server"], to: peer: ["web"], suffices: "one", persistent: true, family: "ipv4", purpose: "Web", cite: ["x/ports/2"]}
	}
	rules: both: {together: ["server", "peer"], reason: "Ports", move: server: api: 7444, close: peer: ["web"], cite: ["x/ports/1"]}
	errata: e: {kind: "wrong", says: "1", encoded: "2", why: "3", flows: ["report"], rules: ["both"], listeners: server: ["api"], cite: ["x/ports/1"]}
}
`

// TestHold introduces faults that CUE accepts without the checks, and compares Hold with CUE's
// judgement with them.
func TestHold(t *testing.T) {
	for name, edit := range map[string][2]string{
		"as it is":                       {},
		"no row":                         {`cite: ["x/ports/1"]}`, `cite: ["x/ports/3"]}`},
		"no feature":                     {`when: fast:`, `when: slow:`},
		"no value":                       {`database: ["a", "b"]`, `database: ["a", "c"]`},
		"no value of a switch":           {`fast: ["on"]`, `fast: ["a"]`},
		"no default":                     {`default: "a"`, `default: "c"`},
		"needs itself":                   {`needs: database: ["a"]`, `needs: fast: ["on"]`},
		"no component to start":          {`from: ["agent"]`, `from: ["agents"]`},
		"no component to answer":         {`to: peer: ["web"]`, `to: peers: ["web"]`},
		"no component of a rule":         {`together: ["server", "peer"]`, `together: ["server", "other"]`},
		"no listener of a flow":          {`["api", "old"]`, `["api", "new"]`},
		"no listener of a rule":          {`move: server: api`, `move: server: web`},
		"no listener of an erratum":      {`listeners: server: ["api"]`, `listeners: server: ["web"]`},
		"no mapper":                      {`mapper: "api"`, `mapper: "map"`},
		"mapped by itself":               {`mapper: "api"`, `mapper: "many"`},
		"counted from itself":            {`of: "api"`, `of: "admin"`},
		"counted from several":           {`of: "api"`, `of: "old"`},
		"another transport":              {`transports: ["tcp"], cite`, `transports: ["udp"], cite`},
		"another table":                  {`sources: guide:`, `sources: other: {title: "O", tables: ports: {title: "P", rows: "1": "1"}}, sources: guide:`},
		"instead of itself":              {`instead_of: ["report"]`, `instead_of: ["own"]`},
		"instead of nothing":             {`instead_of: ["report"]`, `instead_of: ["nothing"]`},
		"loopback from elsewhere":        {`scope: "same-host", `, ``},
		"a closed listener that moves":   {`move: server: api: 7444`, `move: peer: web: 81`},
		"moves another":                  {`move: server: api: 7444`, `move: agent: {}`},
		"nothing to choose from":         {`suffices: "one", persistent: true, family: "ipv4"`, `suffices: "one", transports: ["tcp"]`},
		"no address of the family":       {`family: "ipv4"`, `family: "ipv6"`},
		"broadcast over tcp":             {`suffices: "one", persistent: true, family: "ipv4"`, `delivery: "broadcast"`},
		"a component twice":              {`["agent", "peer"]`, `["agent", "agent"]`},
		"a listener twice":               {`["api", "old"]`, `["api", "api"]`},
		"a port twice":                   {`ports: [1, 2]`, `ports: [1, 1]`},
		"a range twice":                  {`to: 20, os: ["linux"]}`, `to: 20}`},
		"a message twice":                {`{type: 8, code: 0}`, `{type: 8}`},
		"a system twice":                 {`["windows", "linux"]`, `["linux", "linux"]`},
		"a process elsewhere":            {`processes: linux:`, `processes: windows:`},
		"no port":                        {`port: 80`, `app: "x"`},
		"two ports":                      {`port: 80`, `port: 80, count: 3`},
		"mixed transports":               {`transports: ["tcp", "udp"], port: 80`, `transports: ["tcp", "icmp"], port: 80`},
		"a fallback that is tried first": {`port: 80`, `port: 80, fallback: [80]`},
		"a rule that changes nothing":    {`move: server: api: 7444, close: peer: ["web"], `, ``},
		"a socket alone":                 {`close: peer: ["web"]`, `share: s: server: "api"`},
		"a switch of several":            {`description: "Faster.",`, `description: "Faster.", several: true,`},
		"fixed, with a how":              {`configurable: how: "A file"`, `configurable: {allowed: false, how: "A file"}`},
		"a note":                         {`purpose: "Web", cite`, `purpose: "Web", note: "N", cite`},
		"an address of no other host":    {`"10.0.0.1"`, `"::1"`},
		"an address of IPv6":             {`"10.0.0.1"`, `"10.0.0.1", "2001:db8::1"`},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(product, edit[0], edit[1], 1)
			if edit[0] != "" && !strings.Contains(product, edit[0]) {
				t.Fatalf("no %q in the product", edit[0])
			}
			accepted, by := judge(t, text)
			_, checked := judge(t, text, "with the checks")
			if by.hold != checked.accepted && accepted {
				t.Errorf("Hold returns %t; CUE accepts: %t", by.hold, checked.accepted)
			}
			if !accepted && checked.accepted {
				t.Error("CUE accepts it with only the checks")
			}
			if sound := edit[0] == "" || name == "a note" || name == "an address of IPv6"; checked.accepted != sound {
				t.Errorf("CUE accepts: %t", checked.accepted)
			}
		})
	}
}

type judgement struct{ accepted, hold bool }

// judge has CUE judge a package without the checks that run on data or, if checked is not
// empty, with them.
func judge(t *testing.T, text string, checked ...string) (accepted bool, by judgement) {
	t.Helper()
	files, _, err := workspace.OpenFS(fstest.MapFS{
		workspace.ModuleFile: {Data: []byte("module: \"example.com/x@v0\"\nlanguage: version: \"v0.17.0\"\n")},
		"x.cue":              {Data: []byte(text)},
	}, workspace.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	reading := eval.Reading{Files: files, Schema: eval.SchemaDir(files), OnData: len(checked) == 0}
	inst := cueload.Instances([]string{"."}, reading.Config())[0]
	if inst.Err != nil {
		t.Fatal(inst.Err)
	}
	v := eval.NewContext().BuildInstance(inst)
	by.accepted = v.Validate(cue.Concrete(true), cue.All()) == nil
	by.hold = New(eval.ReadSyntax(files, reading.Schema, files.Language(reading.Schema), nil)).Hold(inst, eval.TreeOf(v, nil))
	return by.accepted, by
}

// TestKnown tests for which packages Known is true.
func TestKnown(t *testing.T) {
	for name, test := range map[string]struct {
		old, new string
		known    bool
	}{
		"as it is":             {},
		"a helper":             {"product: schema", "_l: schema.#Listener & {purpose: \"P\", transports: [\"tcp\"], port: 1}\n\nproduct: schema", false},
		"the schema by a name": {"product: schema", "let s = schema\n\nproduct: schema", false},
		"a name of an id":      {"product: schema", "_id: schema.#ID & \"a\"\n\nproduct: schema", true},
		"not of the schema":    {"schema.#Product & {", "{_x: schema.#ID & \"a\",", false},
	} {
		t.Run(name, func(t *testing.T) {
			known := test.known || test.old == ""
			if _, by := judge(t, strings.Replace(product, test.old, test.new, 1)); by.hold != known {
				t.Errorf("Known returns %t", by.hold)
			}
		})
	}
}

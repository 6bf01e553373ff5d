package golang

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"go/format"
	"go/types"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/golang/tables"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/readers"
)

// writeModule writes generated packages to a module that requires an old version of Go. The go
// command must not download anything.
func writeModule(t *testing.T, files []gen.File) string {
	t.Helper()
	t.Setenv("GOFLAGS", os.Getenv("GOFLAGS")+" -mod=mod")
	t.Setenv("GOPROXY", "off")
	t.Setenv("GOWORK", "off")
	dir := t.TempDir()
	write(t, dir, "go.mod", "module example.test\n\ngo 1.18\n")
	for _, f := range files {
		formatted, err := format.Source(f.Data)
		if err != nil {
			t.Fatalf("%s: %v", f.Path, err)
		}
		if !bytes.Equal(formatted, f.Data) {
			t.Errorf("%s is not formatted", f.Path)
		}
		if !bytes.HasPrefix(f.Data, []byte("// "+gen.Header+"\n")) {
			t.Errorf("%s does not begin with the header", f.Path)
		}
		write(t, dir, f.Path, string(f.Data))
	}
	return dir
}

func write(t *testing.T, dir, path, text string) {
	t.Helper()
	path = filepath.Join(dir, path)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

var loadEmbedded = sync.OnceValues(func() (*load.Result, error) { return load.Embedded(context.Background()) })

// embedded returns the catalogue that comes with portspec, which tests do not change.
func embedded(t *testing.T) *model.Catalog {
	t.Helper()
	r, err := loadEmbedded()
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Catalog.Products) < 3 {
		t.Fatalf("%d embedded products: %v", len(r.Catalog.Products), r.Findings)
	}
	return r.Catalog
}

// A dump is what a program that imports a generated package can access.
type dump struct {
	Constants  map[string]any // exported, by name
	Functions  map[string]any // results of those that list ports, hosts, …
	Components []tables.Component
	Listeners  []tables.Listener
	Flows      []tables.Flow
	Standard   []tables.Flow // result of FlowsWhere with the defaults
	Features   []tables.Feature
	Rules      []tables.Rule
	Errata     []tables.Erratum
}

var tableNames = []string{"Components", "Listeners", "Flows", "Features", "Rules", "Errata"}

// undecided are values for features without a default, by package.
var undecided = map[string]string{"shapes": "ModeA", "hostile": "ModeA", "colliding": "FeatureListenerID"}

// dumpProgram writes a program that prints every package as a [dump].
func dumpProgram(t *testing.T, files []gen.File, pkgs []string) string {
	var imports, body strings.Builder
	for i, pkg := range pkgs {
		fmt.Fprintf(&imports, "\tp%d %q\n", i, "example.test/"+pkg)
		fmt.Fprintf(&body, "\t%q: map[string]any{\n\t\"Constants\": map[string]any{", pkg)
		for _, name := range sorted(constantsOf(t, files, pkg)) {
			fmt.Fprintf(&body, "%q: p%d.%s, ", name, i, name)
		}
		body.WriteString("},\n\t\"Functions\": map[string]any{")
		checked, _ := typecheck(t, files, pkg)
		for _, name := range checked.Scope().Names() {
			f, ok := checked.Scope().Lookup(name).(*types.Func)
			if ok && f.Exported() && f.Type().(*types.Signature).Params().Len() == 0 && !slices.Contains(tableNames, name) {
				fmt.Fprintf(&body, "%q: p%d.%s(), ", name, i, name)
			}
		}
		body.WriteString("},\n")
		for _, name := range tableNames {
			fmt.Fprintf(&body, "\t%q: p%d.%s(),\n", name, i, name)
		}
		setting := undecided[pkg]
		if setting != "" {
			setting = fmt.Sprintf("p%d.%s", i, setting)
		}
		fmt.Fprintf(&body, "\t\"Standard\": must(p%d.FlowsWhere(%s)),\n\t},\n", i, setting)
	}
	return "package main\n\nimport (\n\t\"encoding/json\"\n\t\"os\"\n\n" + imports.String() +
		")\n\nfunc main() {\n\terr := json.NewEncoder(os.Stdout).Encode(map[string]any{\n" + body.String() +
		"\t})\n\tif err != nil {\n\t\tpanic(err)\n\t}\n}\n\n" +
		"func must[T any](v T, err error) T {\n\tif err != nil {\n\t\tpanic(err)\n\t}\n\treturn v\n}\n"
}

// TestCompiled compiles the packages of the embedded products, of all shapes, of hostile texts
// and of clashing names, and compares their contents with the model.
func TestCompiled(t *testing.T) {
	c := &model.Catalog{Products: append(slices.Clip(embedded(t).Products), shapesProduct(), hostileProduct(), colliding(), &model.Product{ID: "empty"})}
	files, _ := Generate(c)
	names := packageNames(c.Products)
	pkgs := slices.Sorted(slices.Values(names))

	dir := writeModule(t, files)
	write(t, dir, "cmd/dump/main.go", dumpProgram(t, files, pkgs))
	readers.Run(t, dir, "go", "build", "./...")
	readers.Run(t, dir, "go", "vet", "./...")
	var dumps map[string]*dump
	if err := json.Unmarshal([]byte(readers.Run(t, dir, "go", "run", "./cmd/dump")), &dumps); err != nil {
		t.Fatal(err)
	}
	for i, p := range c.Products {
		d := dumps[names[i]]
		compareTables(t, p, d)
		comparePorts(t, p, d)
	}
	for _, s := range shapes() {
		for name, want := range s.functions {
			if got := dumps["shapes"].Functions[name]; !reflect.DeepEqual(got, want) {
				t.Errorf("%s: %s() = %v, want %v", s.listener.ID, name, got, want)
			}
		}
	}
	lists := rng{
		"ServerHosts": []any{"a.example.com", "b.example.com"}, "ServerNetworks": []any{"10.0.0.0/8", "2001:db8::/32"},
		"ServerProcessesWindows": []any{"Server Service", "Helper"},
	}
	for name, want := range lists {
		if got := dumps["shapes"].Functions[name]; !reflect.DeepEqual(got, want) {
			t.Errorf("%s() = %v, want %v", name, got, want)
		}
	}
	compareText(t, readers.Run(t, dir, "go", "doc", "-all", "./shapes"), "ServerOnePort = 8443", "func ServerListPorts() []int", "func Flows() []Flow", "type Listener struct {")
	compareText(t, readers.Run(t, dir, "go", "doc", "-all", "./hostile"), `\u202e`)
}

// comparePorts checks that every port of a listener and of a rule is a constant of its
// component, or returned by one of its functions.
func comparePorts(t *testing.T, p *model.Product, d *dump) {
	t.Helper()
	n := &namer{spell: spellingOf(p)}
	values := func(c *model.Component) map[int]bool {
		all := map[int]bool{}
		prefix := n.spell.name(c.ID)
		for _, set := range []map[string]any{d.Constants, d.Functions} {
			for name, v := range set {
				if strings.HasPrefix(strings.ReplaceAll(strings.TrimPrefix(name, "X"), "_", ""), prefix) {
					collect(v, all)
				}
			}
		}
		return all
	}
	e := gather(p)
	for _, c := range p.Components {
		have := values(c)
		for _, l := range e.listeners(c) {
			want := append(slices.Clone(l.Ports), l.Fallback...)
			if l.Dynamic != nil {
				for _, r := range l.Dynamic.Ranges {
					want = append(want, r.PortRange)
				}
			}
			for _, r := range p.Rules {
				if port, ok := r.Move[c.ID][l.ID]; ok {
					want = append(want, span(port, port))
				}
			}
			for _, r := range want {
				if !have[r.From] || !have[r.To] {
					t.Errorf("%s: no constant of %s is port %s of %s", p.ID, c.ID, r, l.ID)
				}
			}
		}
	}
}

// collect collects the numbers in decoded JSON.
func collect(v any, into map[int]bool) {
	switch v := v.(type) {
	case float64:
		into[int(v)] = true
	case []any:
		for _, x := range v {
			collect(x, into)
		}
	case map[string]any:
		for _, x := range v {
			collect(x, into)
		}
	}
}

func compareText(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("no %q in\n%s", part, text)
		}
	}
}

// client uses a package as users would, to pin the names that they rely on.
const client = `package main

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"

	"example.test/igelums"
	"example.test/profileunity"
	"example.test/shopping"
)

func main() {
	addr := net.TCPAddr{Port: igelums.UMSServerWebPort}
	web := netip.AddrPortFrom(netip.MustParseAddr("192.0.2.1"), igelums.UMSServerWebPort)
	fmt.Println(addr.Port, web, net.JoinHostPort(igelums.LicenseServerHost, strconv.Itoa(igelums.LicenseServerHTTPSPort)))
	fmt.Println(igelums.UMSServerDevicePort, igelums.UMSServerDevicePortHASameHost, igelums.ActiveDirectoryLDAPPort, igelums.SQLServerTDSPort)
	fmt.Println(igelums.UMSServerProcessLinux, igelums.UMSServerProcessWindows)
	fmt.Println(profileunity.DomainControllerSMBPort, profileunity.ESXiNFCPort)
	fmt.Println(shopping.ClientLoopbackPort, shopping.ConfigurationManagerDynamicRPCPorts())

	count := func(to string, settings ...igelums.Setting) (n int) {
		flows, err := igelums.FlowsWhere(settings...)
		if err != nil {
			panic(err)
		}
		for _, f := range flows {
			if f.To == to && f.Transport == igelums.TCP && f.Ports[0].Contains(igelums.OracleTNSPort) {
				n++
			}
		}
		return n
	}
	fmt.Println(count(igelums.OracleID), count(igelums.OracleID, igelums.DatabaseOracle, igelums.HighAvailabilityOn))
	_, err := igelums.FlowsWhere(igelums.DatabaseOracle, igelums.DatabaseDerby)
	fmt.Println(err)

	igelums.Flows()[0].From[0] = "changed"
	fmt.Println(igelums.Flows()[0].From[0] != "changed")
}
`

func TestClient(t *testing.T) {
	files, _ := Generate(embedded(t))
	dir := writeModule(t, files)
	write(t, dir, "main.go", client)
	const want = `8443 192.0.2.1:8443 susi.igel.com:443
30001 30002 389 1433
igelRMServer IGELRMGUIServer
445 902
8000 [{49152 65535} {1025 5000}]
0 1
feature database is set to oracle and to derby; it has one value at a time
true
`
	if got := readers.Run(t, dir, "go", "run", "."); got != want {
		t.Errorf("printed\n%s\nwant\n%s", got, want)
	}
}

func TestSameInputSameBytes(t *testing.T) {
	c := embedded(t)
	first, findings := Generate(c)
	for range 5 {
		again, same := Generate(c)
		if !reflect.DeepEqual(first, again) || !reflect.DeepEqual(findings, same) {
			t.Fatal("two runs differ")
		}
	}
	if !slices.IsSortedFunc(first, func(a, b gen.File) int { return strings.Compare(a.Path, b.Path) }) {
		t.Error("files are not sorted by path")
	}
}

package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/cuecontext"
	cueload "cuelang.org/go/cue/load"
	"cuelang.org/go/cue/parser"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
	"golang.org/x/tools/txtar"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/sample"
	"github.com/portspec/portspec/internal/targets"
	"github.com/portspec/portspec/schema"
)

// siteJudges judges sites by their JSON Schema and by #Site, neither of which knows the
// products.
type siteJudges struct {
	ctx    *cue.Context
	site   cue.Value
	schema *jsonschema.Schema
}

func newSiteJudges(t *testing.T) *siteJudges {
	t.Helper()
	j := &siteJudges{ctx: cuecontext.New(), schema: compiled(t, schema.SiteJSON)}
	files, err := filepath.Glob("../../schema/*.cue")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range files {
		if base := filepath.Base(f); base != "resolution.cue" { // which resolves sites
			names = append(names, "./"+base)
		}
	}
	inst := cueload.Instances(names, &cueload.Config{Dir: "../../schema"})[0]
	j.site = j.ctx.BuildInstance(inst).LookupPath(cue.ParsePath("#Site")).FillPath(cue.ParsePath("catalog"), struct{}{})
	if err := j.site.Err(); err != nil {
		t.Fatal(err)
	}
	return j
}

func compiled(t *testing.T, text []byte) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// judge returns the errors of #Site and of the JSON Schema.
func (j *siteJudges) judge(site any) (byCUE, bySchema error) {
	return j.site.Unify(j.ctx.Encode(site)).Validate(cue.Concrete(true)), j.schema.Validate(site)
}

// realSites returns the sites of the examples, the README, the scripts, and those that init
// writes.
func realSites(t *testing.T, j *siteJudges) map[string]any {
	t.Helper()
	sites := map[string]any{"the example of codes": parsedYAML(t, exampleSite)}
	result, err := load.Embedded(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	sites["init site"] = parsedYAML(t, starterSite(result.Catalog, result.Catalog))
	for _, p := range result.Catalog.Products {
		one, err := targets.Products(result.Catalog.Shelf(), []string{p.ID})
		if err != nil {
			t.Fatal(err)
		}
		sites["init site "+p.ID] = parsedYAML(t, starterSite(one.Catalog, one.Catalog))
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for i, m := range regexp.MustCompile("(?s)```yaml\n(site: .*?)```").FindAllSubmatch(readme, -1) {
		sites[fmt.Sprintf("README %d", i)] = parsedYAML(t, string(m[1]))
	}
	scripts, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, script := range scripts {
		a, err := txtar.ParseFile(script)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range a.Files {
			var site map[string]any
			if strings.HasPrefix(string(f.Data), "site:") && yaml.Unmarshal(f.Data, &site) == nil {
				sites[filepath.Base(script)+" "+f.Name] = site
			}
		}
	}
	examples, err := filepath.Glob("../../specs/sites/*/*.cue")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range examples {
		sites[name] = inCUE(t, j, name)
	}
	return sites
}

func parsedYAML(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := yaml.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return v
}

// inCUE returns a site in CUE as data, without its catalogue.
func inCUE(t *testing.T, j *siteJudges, name string) any {
	t.Helper()
	f, err := parser.ParseFile(name, nil)
	if err != nil {
		t.Fatal(err)
	}
	body := f.Decls[len(f.Decls)-1].(*ast.Field).Value.(*ast.BinaryExpr).Y.(*ast.StructLit)
	body.Elts = slices.DeleteFunc(body.Elts, func(d ast.Decl) bool {
		field, ok := d.(*ast.Field)
		return ok && fmt.Sprint(field.Label) == "catalog"
	})
	data, err := j.ctx.BuildExpr(body).MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	return parsedYAML(t, string(data))
}

// TestSiteSchema compares the JSON Schema of sites with #Site: it must accept every site that
// #Site accepts, and reject what does not have that form.
func TestSiteSchema(t *testing.T) {
	j := newSiteJudges(t)
	sites := realSites(t, j)
	if len(sites) < 15 {
		t.Errorf("only %d sites", len(sites))
	}
	var good []any
	for name, site := range sites {
		byCUE, bySchema := j.judge(site)
		if (byCUE == nil) != (bySchema == nil) {
			t.Errorf("%s: #Site: %v; JSON Schema: %v", name, byCUE, bySchema)
		}
		if byCUE == nil {
			good = append(good, site)
		} else if !strings.Contains(name, "faults") && !strings.Contains(name, ".txtar") {
			t.Errorf("%s: %v", name, byCUE)
		}
	}
	slices.SortFunc(good, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	rnd := rand.New(rand.NewPCG(6, 2026))
	refused, mutations := 0, sample.Size(1000, 4000)
	for i := range mutations {
		m := mutation{rnd: rnd}
		spoiled := m.copied(good[i%len(good)])
		m.spoil(spoiled)
		byCUE, bySchema := j.judge(spoiled)
		if byCUE != nil {
			refused++
		}
		if (byCUE == nil) != (bySchema == nil) && !(bySchema == nil && m.computed) {
			t.Errorf("%s: #Site: %v; JSON Schema: %v", m.description, byCUE, bySchema)
		}
	}
	t.Logf("%d of %d mutations are rejected", refused, mutations)
	if refused < mutations/4 || refused > mutations*19/20 {
		t.Errorf("%d of %d mutations are rejected", refused, mutations)
	}
}

// TestSiteSchemaTable tests single values.
func TestSiteSchemaTable(t *testing.T) {
	j := newSiteJudges(t)
	const (
		taken   = "taken"
		refused = "refused"
		byCUE   = "refused by #Site alone" // the JSON Schema cannot compute
	)
	for _, c := range []struct{ text, want string }{
		{"hosts: {a: {}}", taken},
		{"hosts: {aux: {}}", refused},
		{"hosts: {lpt9: {}}", refused},
		{"hosts: {auxiliary: {}, com10: {}, con-1: {}}", taken},
		{"hosts: {a: {addresses: [10.0.0.1, 'fe80::1', '2001:db8::/32', 10.0.0.0/8]}}", taken},
		{"hosts: {a: {addresses: [10.7.9.20/24]}}", byCUE},
		{"hosts: {a: {addresses: [10.7.9.20/32, '2001:db8::1/128', 0.0.0.0/0, '::/0']}}", taken},
		{"hosts: {a: {addresses: [10.0.0.0/0]}}", byCUE},
		{"hosts: {a: {addresses: ['2001:db8::1/64']}}", byCUE},
		{"hosts: {a: {addresses: [0.0.0.0]}}", refused},
		{"hosts: {a: {addresses: [0.1.2.3]}}", refused},
		{"hosts: {a: {addresses: [127.0.0.1]}}", refused},
		{"hosts: {a: {addresses: [127.0.0.0/8]}}", byCUE},
		{"hosts: {a: {addresses: [224.0.0.1]}}", refused},
		{"hosts: {a: {addresses: [239.255.0.0/16]}}", byCUE},
		{"hosts: {a: {addresses: [240.0.0.1]}}", refused},
		{"hosts: {a: {addresses: [255.255.255.255]}}", refused},
		{"hosts: {a: {addresses: [169.254.7.7]}}", taken},
		{"hosts: {a: {addresses: [192.0.2.1, 198.51.100.1, 203.0.113.1, '2001:db8::7']}}", taken},
		{"hosts: {a: {addresses: ['2002:a00:1::1', '64:ff9b::10.0.0.1', 'fd00::1']}}", taken},
		{"hosts: {a: {addresses: ['::']}}", byCUE},
		{"hosts: {a: {addresses: ['::1']}}", byCUE},
		{"hosts: {a: {addresses: ['0:0:0:0:0:0:0:0001']}}", byCUE},
		{"hosts: {a: {addresses: ['ff02::1']}}", byCUE},
		{"hosts: {a: {addresses: ['FF05::2']}}", byCUE},
		{"hosts: {a: {addresses: ['::10.0.0.1']}}", byCUE},
		{"hosts: {a: {addresses: ['::ffff:127.0.0.1']}}", byCUE},
		{"hosts: {a: {addresses: ['::ffff:0:0']}}", byCUE},
		{"hosts: {a: {addresses: ['fe80::1%eth0']}}", refused},
		{"hosts: {a: {addresses: [010.0.0.1]}}", refused},
		{"hosts: {a: {addresses: [10.1]}}", refused},
		{"hosts: {a: {addresses: [10.0.0.1-10.0.0.9]}}", refused},
		{"hosts: {a: {addresses: [[10, 0, 0, 1]]}}", refused},
		{"hosts: {a: {names: [10.0.0.1]}}", refused},
		{"hosts: {a: {names: ['7']}}", refused},
		{"hosts: {a: {names: [7.example.com, srv7]}}", taken},
		{"hosts: {a: {addresses: ['::ffff:10.0.0.1']}}", taken},
		{"hosts: {a: {addresses: [10.0.0.256]}}", refused},
		{"hosts: {a: {addresses: [10.0.0.01]}}", refused},
		{"hosts: {a: {addresses: [10.0.0]}}", refused},
		{"hosts: {a: {addresses: [10.0.0.0/33]}}", refused},
		{"hosts: {a: {addresses: ['2001:db8::/129']}}", refused},
		{"hosts: {a: {addresses: ['1:2']}}", byCUE},
		{"hosts: {a: {addresses: [ums1]}}", refused},
		{"hosts: {a: {addresses: 10.0.0.1}}", refused},
		{"hosts: {a: {addresses: []}}", taken},
		{"hosts: {a: {names: [a.example.com, '*.b']}}", taken},
		{"hosts: {a: {names: [A.example.com]}}", refused},
		{"hosts: {a: {names: [a_b]}}", refused},
		{"hosts: {a: {count: 0}}", refused},
		{"hosts: {a: {count: '5'}}", refused},
		{"hosts: {a: {count: 1.5}}", refused},
		{"hosts: {a: {os: windows}}", taken},
		{"hosts: {a: {os: Windows}}", refused},
		{"hosts: {a: {os_version: 10}}", refused},
		{"hosts: {a: {os_version: '10'}}", refused},
		{"hosts: {a: {os: windows, os_version: '10'}}", taken},
		{"hosts: {a: {runs: [p/c]}}", taken},
		{"hosts: {a: {runs: [p]}}", refused},
		{"hosts: {a: {runs: [p/c/d]}}", refused},
		{"hosts: {a: {ports: {p/c: {web: 443}}}}", taken},
		{"hosts: {a: {ports: {p: {web: 443}}}}", refused},
		{"hosts: {a: {ports: {p/c: 443}}}", refused},
		{"hosts: {a: {ports: {p/c: {web: 65536}}}}", refused},
		{"hosts: {a: {ports: {p/c: {web: 0}}}}", refused},
		{"hosts: {a: {ports: {p/c: {web: {from: 5, to: 7}}}}}", taken},
		{"hosts: {a: {ports: {p/c: {web: {from: 7, to: 5}}}}}", byCUE},
		{"hosts: {a: {ports: {p/c: {web: {from: 7}}}}}", refused},
		{"hosts: {a: {ports: {p/c: {web: [443]}}}}", refused},
		{"hosts: {A: {}}", refused},
		{"hosts: {a-: {}}", refused},
		{"hosts: {a: {adresses: []}}", refused},
		{"hosts: [a]", refused},
		{"host: {}", refused},
		{"hosts: {}\nname: ''", refused},
		{"hosts: {}\nname: 1", refused},
		{"hosts: {}\nservices: {a: {addresses: [10.0.0.1], zone: z}}", taken},
		{"hosts: {}\nservices: {p/c: {networks: [10.0.0.0/8]}}", taken},
		{"hosts: {}\nservices: {a: {addresses: []}}", refused},
		{"hosts: {}\nservices: {a: {addresses: [10.0.0.0/8]}}", refused},
		{"hosts: {}\nservices: {a/b/c: {}}", refused},
		{"hosts: {}\nservices: {a: {name: x}}", refused},
		{"hosts: {}\nzones: {dmz: {networks: [10.0.0.0/8], name: DMZ}}", taken},
		{"hosts: {}\nzones: {dmz: {networks: [10.0.0.1]}}", refused},
		{"hosts: {}\nzones: {dmz: {networks: [10.0.0.1/8]}}", byCUE},
		{"hosts: {}\nzones: {dmz: {networks: [0.0.0.0/0]}}", taken},
		{"hosts: {}\nservices: {a: {networks: [10.0.0.1/8]}}", byCUE},
		{"hosts: {}\nservices: {a: {addresses: [127.0.0.1]}}", refused},
		{"hosts: {}\nproducts: {p: {}}", taken},
		{"hosts: {}\nproducts: {p: {features: {a: true, b: on, c: [x, y]}}}", taken},
		{"hosts: {}\nproducts: {p: {features: {c: []}}}", refused},
		{"hosts: {}\nproducts: {p: {features: {c: 1}}}", refused},
		{"hosts: {}\nproducts: {p: {features: {c: Oracle}}}", refused},
		{"hosts: {}\nproducts: {p: {ports: {c: {l: 1}}, without: [c]}}", taken},
		{"hosts: {}\nproducts: {p: {without: c}}", refused},
		{"hosts: {}\nproducts: {p: null}", refused},
		{"hosts: {}\nsuppress: {x: {code: PS2213, reason: r}}", taken},
		{"hosts: {}\nsuppress: {x: {code: PS2213, at: hosts.a, reason: r, until: '2027-01-31'}}", taken},
		{"hosts: {}\nsuppress: {x: {code: PS2213, reason: r, until: '2027-1-31'}}", refused},
		{"hosts: {}\nsuppress: {x: {code: PS2213, reason: r, until: '2027-02-31'}}", byCUE},
		{"hosts: {}\nsuppress: {x: {code: PS2202, reason: r}}", refused},
		{"hosts: {}\nsuppress: {x: {code: PS2213}}", refused},
		{"hosts: {}\nsuppress: {x: {code: PS2213, reason: r, at: .a}}", refused},
	} {
		site := parsedYAML(t, "site: acme\n"+c.text)
		cueErr, schemaErr := j.judge(site)
		if got := cueErr == nil; got != (c.want == taken) {
			t.Errorf("%s: #Site: %v", c.text, cueErr)
		}
		if got := schemaErr == nil; got != (c.want != refused) {
			t.Errorf("%s: JSON Schema: %v", c.text, schemaErr)
		}
	}
}

// TestSiteSchemaCodes checks that #Site and the JSON Schema accept the same codes in suppressions.
func TestSiteSchemaCodes(t *testing.T) {
	j := newSiteJudges(t)
	taken := 0
	for _, e := range diag.Codes {
		cueErr, schemaErr := j.judge(parsedYAML(t, "site: acme\nhosts: {}\nsuppress: {x: {code: "+string(e.Code)+", reason: r}}"))
		if (cueErr == nil) != (schemaErr == nil) {
			t.Errorf("%s: #Site: %v; JSON Schema: %v", e.Code, cueErr, schemaErr)
		}
		if cueErr == nil {
			taken++
		}
	}
	if taken < 10 {
		t.Errorf("only %d codes are taken", taken)
	}
}

// A mutation changes one thing in a site.
type mutation struct {
	rnd         *rand.Rand
	description string
	// computed means that only CUE can judge the value completely.
	computed bool
}

func (m *mutation) copied(v any) any {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err) // it was decoded from YAML
	}
	var c any
	if err := yaml.Unmarshal(data, &c); err != nil {
		panic(err)
	}
	return c
}

// spoil changes something at a random place of a site.
func (m *mutation) spoil(site any) {
	at, path := site, []string{}
	for {
		var keys []any
		switch v := at.(type) {
		case map[string]any:
			for _, k := range slices.Sorted(maps.Keys(v)) {
				keys = append(keys, k)
			}
		case []any:
			for i := range v {
				keys = append(keys, i)
			}
		}
		if len(keys) == 0 {
			if all, ok := at.(map[string]any); ok {
				m.key(all, "", path)
			}
			return
		}
		key := keys[m.rnd.IntN(len(keys))]
		path = append(path, fmt.Sprint(key))
		var below any
		switch v := at.(type) {
		case map[string]any:
			below = v[key.(string)]
			if m.rnd.IntN(5) == 0 {
				m.key(v, key.(string), path)
				return
			}
		case []any:
			below = v[key.(int)]
		}
		_, deeper := below.(map[string]any)
		list, isList := below.([]any)
		if (deeper || isList && len(list) > 0) && m.rnd.IntN(6) > 0 {
			at = below
			continue
		}
		other := m.value(below, path)
		switch v := at.(type) {
		case map[string]any:
			v[key.(string)] = other
		case []any:
			v[key.(int)] = other
		}
		return
	}
}

// key removes, adds or renames a field.
func (m *mutation) key(in map[string]any, key string, path []string) {
	others := []string{key + "x", key + "-", strings.ToUpper(key), key + "/b", "a/b/c", "unknown", "", "ports", "name", "catalogue", "from"}
	other := others[m.rnd.IntN(len(others))]
	m.description = fmt.Sprintf("%v: %q becomes %q", path, key, other)
	switch m.rnd.IntN(3) {
	case 0:
		m.description = fmt.Sprintf("%v: gone", path)
		delete(in, key)
	case 1:
		if _, there := in[other]; !there {
			in[other] = in[key]
			delete(in, key)
		}
	default:
		m.description = fmt.Sprintf("%v: %q is added", path, other)
		if _, there := in[other]; !there {
			in[other] = "1"
		}
	}
}

// value returns a replacement for a value.
func (m *mutation) value(old any, path []string) any {
	values := []any{
		"a", "", "A", " a", "a/b", true, 0, 1, -1, 65535, 65536, 1.5, nil,
		[]any{},
		[]any{"a"},
		[]any{1},
		map[string]any{},
		map[string]any{"a": 1},
		map[string]any{"from": 1, "to": 2},
		"10.0.0.1", "10.0.0.0/8", "::1", "2027-01-01", "PS2213", "windows",
	}
	v := values[m.rnd.IntN(len(values))]
	if s, ok := old.(string); ok && m.rnd.IntN(2) == 0 {
		texts := []string{s + "x", strings.ToUpper(s), s + " ", s + "\n", s[:len(s)/2], s + ".1", "x" + s}
		v = texts[m.rnd.IntN(len(texts))]
	}
	last := path[len(path)-1]
	text, _ := v.(string)
	m.computed = last == "from" || last == "to" || last == "until" || strings.Contains(text, ":")
	m.description = fmt.Sprintf("%v: %#v becomes %#v", path, old, v)
	return v
}

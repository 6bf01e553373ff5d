package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/portspec/portspec/internal/diff"
	"github.com/portspec/portspec/internal/model"
)

// beaconSpec is a product with a flow between the two hosts of a site.
const beaconSpec = `package beacon

import "github.com/portspec/portspec/schema"

product: schema.#Product & {
	id: "beacon", name: "Beacon", vendor: "Example", version: "2.1", description: "Collects measurements."
	sources: guide: {title: "Beacon port guide", tables: ports: {title: "Ports", rows: "1": "TCP 7443"}}
	components: {
		agent: name: "Agent"
		server: {name: "Server", listeners: {
			api: {purpose: "Measurements from agents", transports: ["tcp"], port: 7443}
			ping: {purpose: "Is it there", transports: ["icmp"], icmp: [{type: 8}]}
		}}
	}
	flows: report: {from: ["agent"], to: server: ["api", "ping"], purpose: "Agents report", cite: ["beacon/ports/1"]}
}
`

const beaconSite = `site: acme
hosts:
  s1: {os: linux, addresses: [10.0.0.1], runs: [beacon/server]}
  a1: {os: linux, addresses: [10.0.0.2], runs: [beacon/agent]}
`

// diffPairs returns pairs of versions, as arguments of diff, that differ in all possible ways:
// workspaces with different products, edited products, a site, and specs with errors.
func diffPairs(t *testing.T) map[string][]string {
	t.Helper()
	dir := t.TempDir()
	export := func(name, root string, edits ...string) string {
		text, status := portspec("export", "-C", root)
		if status != statusFine {
			t.Fatalf("export of %s: status %d", root, status)
		}
		file := filepath.Join(dir, name)
		write(t, dir, name, strings.NewReplacer(edits...).Replace(text))
		return file
	}
	beacon := func(edits ...string) string {
		root := newWorkspace(t)
		write(t, root, "beacon.cue", strings.NewReplacer(edits...).Replace(beaconSpec))
		write(t, root, "acme.yaml", strings.NewReplacer(edits...).Replace(beaconSite))
		return root
	}
	own := export("own.json", "../..")
	edited := export("edited.json", "../..",
		`"from": 8443`, `"from": 8444`, `"to": 8443`, `"to": 8444`, `"id": "os12-websocket"`, `"id": "os12"`, `"optional": false`, `"optional": true`, `"bind": "loopback"`, `"bind": "any"`)
	hostile := export("hostile.json", "../../testdata/hostile")
	worse := export("worse.json", "../../testdata/hostile", "443", "444", `<script>`, `</td><script>`, `"optional": false`, `"optional": true`)
	was := beacon()
	is := beacon("7443", "7444", "10.0.0.2", "10.0.0.3", "type: 8", "type: 8}, {type: 13", `"Agents report"`, `"<b>Agents</b> report"`)
	return map[string][]string{
		"other products": {own, export("shapes.json", "../../testdata/workspace")},
		"hostile texts":  {hostile, own},
		"hostile edits":  {hostile, worse},
		"edited":         {own, edited},
		"back":           {edited, own},
		"a site":         {was, is, "--site", filepath.Join(is, "acme.yaml")},
		"errors":         {was, beacon("7443", "74430", `"tcp"`, `"<b>*tcp*</b>"`)},
		"errors before":  {beacon("7443", "74430", "beacon", "bacon"), is},
		"the same":       {was, was},
	}
}

// TestDiffFollowsItsSchema validates the JSON of diff with a validator that does not know its
// types, and each value in it by the schema of export. It also checks that invalid documents are
// rejected.
func TestDiffFollowsItsSchema(t *testing.T) {
	compiler := jsonschema.NewCompiler()
	for _, kind := range []string{"model", "diff"} {
		text, status := portspec("export", "--schema="+kind)
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if status != statusFine || err != nil {
			t.Fatalf("status %d, %v", status, err)
		}
		if err := compiler.AddResource(kind+".json", doc); err != nil {
			t.Fatal(err)
		}
	}
	compile := func(url string) *jsonschema.Schema {
		schema, err := compiler.Compile(url)
		if err != nil {
			t.Fatal(err)
		}
		return schema
	}
	schema := compile("diff.json")
	seen := make(map[string]int)
	for name, args := range diffPairs(t) {
		text, status := portspec(append([]string{"diff", "--format", "json"}, args...)...)
		if want := map[bool]int{true: statusFine, false: statusFindings}[name == "the same"]; status != want {
			t.Errorf("%s: status %d, want %d", name, status, want)
		}
		if err := validate(t, schema, text); err != nil {
			t.Errorf("%s does not follow the schema: %v", name, err)
		}
		var c diff.Changes
		dec := json.NewDecoder(strings.NewReader(text))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&c); err != nil {
			t.Fatal(err)
		}
		for _, x := range c.Changes {
			seen[string(x.Kind)]++
			what := strings.ToUpper(x.What[:1]) + x.What[1:]
			for _, value := range []json.RawMessage{x.Before, x.After} {
				if value == nil {
					continue
				}
				url := "model.json#/$defs/" + what
				switch x.Kind {
				case diff.Changed:
					url += "/properties/" + x.Field
				case diff.Renamed, diff.Reordered:
					continue
				}
				if err := validate(t, compile(url), string(value)); err != nil {
					t.Errorf("%s: %s %s: %v", name, x.What, x.ID, err)
				}
			}
		}
		seen["action"] += len(c.Actions)
		seen["site"] += len(c.Site)
		seen["contradiction"] += len(c.Contradictions)
		seen["settled"] += len(c.Settled)
		seen["not compared"] += len(c.NotCompared)
		if name != "edited" {
			continue
		}
		for _, spoiled := range [][2]string{
			{`"class": "moved"`, `"class": "vanished"`},
			{`"kind": "changed"`, `"kind": 1`},
			{`"transport": "tcp"`, `"transport": null`},
			{`"product": `, `"prodct": `},
			{`"actions": `, `"acts": `},
		} {
			worse := strings.Replace(text, spoiled[0], spoiled[1], 1)
			if worse == text {
				t.Fatalf("no %s in it", spoiled[0])
			}
			if validate(t, schema, worse) == nil {
				t.Errorf("the schema accepts %s", spoiled[1])
			}
		}
	}
	for _, what := range []string{"added", "removed", "changed", "renamed", "action", "site", "contradiction", "settled", "not compared"} {
		if seen[what] == 0 {
			t.Errorf("no pair has a change of the kind %s", what)
		}
	}
	t.Log(seen)
}

// TestDiffCanBeRedone makes the new model from the old one and the JSON of diff, as another
// program would.
func TestDiffCanBeRedone(t *testing.T) {
	args := diffPairs(t)["edited"]
	text, _ := portspec("diff", "--format", "json", args[0], args[1])
	var c diff.Changes
	var old, want model.Catalog
	for name, to := range map[string]any{args[0]: &old, args[1]: &want} {
		data, err := os.ReadFile(name)
		if err == nil {
			err = json.Unmarshal(data, to)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		t.Fatal(err)
	}
	got, err := c.Apply(&old)
	if err != nil {
		t.Fatal(err)
	}
	a, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(&want)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a, b) {
		t.Error("applying the changes in JSON gives a different model")
	}
}

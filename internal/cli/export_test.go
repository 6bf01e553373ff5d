package cli

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/portspec/portspec/internal/model"
)

// TestExportFollowsItsSchema validates the output of export with a validator that does not know
// the model, and checks that invalid documents are rejected.
func TestExportFollowsItsSchema(t *testing.T) {
	schema := compileSchema(t)
	var out, stderr bytes.Buffer
	if status := Main([]string{"export"}, &out, &stderr); status != statusFine {
		t.Fatalf("status %d\n%s", status, &stderr)
	}
	if err := validate(t, schema, out.String()); err != nil {
		t.Errorf("export does not follow its schema: %v", err)
	}
	for _, spoiled := range []struct{ old, new string }{
		{`"both_ways": false`, `"both_ways": "no"`},
		{`"purpose": `, `"purpos": `},
		{`"from": 8443`, `"from": "8443"`},
	} {
		text := strings.Replace(out.String(), spoiled.old, spoiled.new, 1)
		if text == out.String() {
			t.Fatalf("export has no %s", spoiled.old)
		}
		if validate(t, schema, text) == nil {
			t.Errorf("the schema accepts %s", spoiled.new)
		}
	}
}

// TestExportHoldsEverything decodes an export and compares it with the model.
func TestExportHoldsEverything(t *testing.T) {
	var out, stderr bytes.Buffer
	if status := Main([]string{"export"}, &out, &stderr); status != statusFine {
		t.Fatalf("status %d\n%s", status, &stderr)
	}
	var catalog model.Catalog
	dec := json.NewDecoder(bytes.NewReader(out.Bytes()))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&catalog); err != nil {
		t.Fatal(err)
	}
	var again bytes.Buffer
	enc := json.NewEncoder(&again)
	enc.SetIndent("", "  ")
	if err := enc.Encode(&catalog); err != nil {
		t.Fatal(err)
	}
	if again.String() != out.String() {
		t.Error("decoding and encoding an export changes it")
	}
	if n := len(catalog.Product("igel-ums").Connections()); n == 0 {
		t.Error("the decoded model has no connections")
	}
}

func compileSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	var out bytes.Buffer
	if status := Main([]string{"export", "--schema"}, &out, &out); status != statusFine {
		t.Fatalf("status %d\n%s", status, &out)
	}
	doc, err := jsonschema.UnmarshalJSON(&out)
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("export.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("export.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func validate(t *testing.T, schema *jsonschema.Schema, text string) error {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(doc)
}

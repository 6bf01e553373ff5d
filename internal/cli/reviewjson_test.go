package cli

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/portspec/portspec/gen/review"
)

// TestReviewFollowsItsSchema validates the JSON of review for two folders that differ in a site,
// outputs and findings, and for one with errors.
func TestReviewFollowsItsSchema(t *testing.T) {
	text, status := portspec("export", "--schema=review")
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if status != statusFine || err != nil {
		t.Fatalf("status %d, %v", status, err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("review.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("review.json")
	if err != nil {
		t.Fatal(err)
	}
	workspace := func(edits ...string) string {
		dir := newWorkspace(t)
		write(t, dir, "beacon.cue", strings.NewReplacer(edits...).Replace(beaconSpec))
		write(t, dir, "acme.yaml", beaconSite)
		write(t, dir, "portspec.yaml", "version: 1\nsites: [acme.yaml]\ngenerate: [{target: mermaid, out: docs}, {target: ansible, out: .}]\n")
		return dir
	}
	base := workspace()
	for _, c := range []struct {
		name   string
		new    string
		status int
		whole  func(*review.Report) bool
	}{
		{"the same", workspace(), statusFine, func(r *review.Report) bool {
			return r.Changes.Empty() && len(r.Sites)+len(r.Outputs)+len(r.New)+len(r.Fixed)+len(r.Breaks) == 0
		}},
		{"a port", workspace("port: 7443", "port: 7444"), statusFine, func(r *review.Report) bool {
			return len(r.Changes.Actions) == 1 && len(r.Sites) == 1 && len(r.Sites[0].Changes) == 3 && len(r.Outputs) == 2 && len(r.Breaks) > 0
		}},
		{"an error", workspace(`to: server:`, `to: servr:`), statusFindings, func(r *review.Report) bool {
			return r.New.HasErrors() && r.Partly && r.NoOutputs != ""
		}},
	} {
		text, status := portspec("review", "--base", base, "--format", "json", c.new)
		if status != c.status {
			t.Errorf("%s: status %d, want %d", c.name, status, c.status)
		}
		if err := validate(t, schema, text); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		var r review.Report
		dec := json.NewDecoder(strings.NewReader(text))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&r); err != nil {
			t.Fatal(err)
		}
		if !c.whole(&r) {
			t.Errorf("%s: %s", c.name, text)
		}
		if spoiled := strings.Replace(text, `"outputs":`, `"outs":`, 1); spoiled == text || validate(t, schema, spoiled) == nil {
			t.Errorf("%s: the schema accepts an unknown field", c.name)
		}
	}
}

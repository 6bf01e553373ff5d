package config

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/portspec/portspec/internal/readers"
	"github.com/portspec/portspec/schema"
)

// TestConfigSchema compares the JSON Schema of the configuration with #Config: CUE generates it
// from #Config, and both accept and reject the same files.
func TestConfigSchema(t *testing.T) {
	cmd := exec.Command(readers.Tool(t, "cue"), "def", "--out", "jsonschema", "-e", "#Config", ".")
	cmd.Dir = "../../schema"
	made, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(made, schema.ConfigJSON) {
		t.Error("schema/config.schema.json is out of date; run go generate ./schema")
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema.ConfigJSON))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("config.json", doc); err != nil {
		t.Fatal(err)
	}
	compiled, err := compiler.Compile("config.json")
	if err != nil {
		t.Fatal(err)
	}
	for text, valid := range map[string]bool{
		"version: 1\n": true,

		"version: 1\nspecs: a..b\n": true,

		"version: 1\nspecs: specs/own\nsites: [acme.yaml, sites/b]\n": true,

		"version: 1\ngenerate: [{target: markdown, out: docs, sites: [acme]}]\n": true,

		"version: 1\ngenerate: [{target: go, out: ports_gen.go, products: [a-b], options: {only: constants}}]\n": true,
		"version: 1\ngenerate: [{target: go, out: x, options: {type: untyped, tags: linux, components: [a]}}]\n": true,

		"version: 1\ngenerate: [{target: markdown, out: x, options: {flavor: starlight, base: /docs/ports/}}]\n": true,

		"version: 2\n": false,

		"version: 1\ngenerate: [{target: markdown, out: x, options: {flavor: jekyll}}]\n": false,
		"version: 1\ngenerate: [{target: markdown, out: x, options: {base: ports/}}]\n":   false,
		"version: 1\ngenerate: [{target: markdown, out: x, options: {base: /../}}]\n":     false,

		"specs: specs\n":                 false,
		"version: 1\nsites: []\n":        false,
		"version: 1\nspecs: ''\n":        false,
		"version: 1\nspec: specs\n":      false,
		"version: 1\nspecs: /etc\n":      false,
		"version: 1\nspecs: a/..\n":      false,
		"version: 1\nspecs: 'C:x'\n":     false,
		"version: 1\ngenerate: []\n":     false,
		"version: 1\nspecs: 'a\\b'\n":    false,
		"version: 1\nspecs: ../other\n":  false,
		"version: 1\nspecs: \"a\\nb\"\n": false,

		"version: 1\ngenerate: [{target: go}]\n":                        false,
		"version: 1\ngenerate: [{target: golang, out: x}]\n":            false,
		"version: 1\ngenerate: [{target: go, out: x, products: []}]\n":  false,
		"version: 1\ngenerate: [{target: go, out: x, product: [a]}]\n":  false,
		"version: 1\ngenerate: [{target: go, out: x, products: [A]}]\n": false,

		"version: 1\ngenerate: [{out: x, target: go, options: {a: b}}]\n": false,
	} {
		var value any
		if err := yaml.Unmarshal([]byte(text), &value); err != nil {
			t.Fatal(err)
		}
		if err := compiled.Validate(value); (err == nil) != valid {
			t.Errorf("%q: JSON Schema: %v", text, err)
		}
		if _, found := Read("portspec.yaml", []byte(text)); (len(found) == 0) != valid {
			t.Errorf("%q: portspec: %v", strings.TrimSpace(text), found)
		}
	}
}

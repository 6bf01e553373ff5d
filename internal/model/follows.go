package model

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// An exportSchema supports the part of JSON Schema that the schema of exports uses.
// Libraries for all of JSON Schema compile its meta-schemas at startup, which took as long
// as everything else at the start of a command.
type exportSchema struct {
	Ref        string                   `json:"$ref"`
	Defs       map[string]*exportSchema `json:"$defs"`
	Type       string                   `json:"type"`
	Properties map[string]*exportSchema `json:"properties"`
	Required   []string                 `json:"required"`
	Items      *exportSchema            `json:"items"`
	MinItems   int                      `json:"minItems"`
	OneOf      []*exportSchema          `json:"oneOf"`
	// Additional is false or the schema of other properties.
	Additional json.RawMessage `json:"additionalProperties"`

	// The following fields are for readers.

	Schema      string `json:"$schema"`
	Title       string `json:"title"`
	Description string `json:"description"`
}

// Follows validates a JSON document against [JSONSchema]. The error has the place of the
// first difference.
func Follows(data []byte) error {
	root, err := readSchema(JSONSchema)
	if err != nil {
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var doc any
	if err := dec.Decode(&doc); err != nil {
		return err
	}
	if _, err := dec.Token(); err != io.EOF {
		return fmt.Errorf("trailing data after the document")
	}
	return root.follows(root, doc, "")
}

// readSchema parses a schema that uses only the supported part.
func readSchema(data []byte) (*exportSchema, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	s := &exportSchema{}
	return s, dec.Decode(s)
}

// follows validates a value; at is its place for errors.
func (s *exportSchema) follows(root *exportSchema, v any, at string) error {
	if s.Ref != "" {
		def := root.Defs[strings.TrimPrefix(s.Ref, "#/$defs/")]
		if def == nil {
			return fmt.Errorf("the schema has no %s", s.Ref)
		}
		return def.follows(root, v, at)
	}
	if len(s.OneOf) > 0 {
		return s.oneOf(root, v, at)
	}
	if got := typeOf(v); s.Type != "" && got != s.Type {
		return fmt.Errorf("at %s: got %s, want %s", cmp.Or(at, "/"), got, s.Type)
	}
	switch v := v.(type) {
	case []any:
		if len(v) < s.MinItems {
			return fmt.Errorf("at %s: got %d items, want at least %d", cmp.Or(at, "/"), len(v), s.MinItems)
		}
		for i, item := range v {
			if s.Items == nil {
				break
			}
			if err := s.Items.follows(root, item, at+"/"+strconv.Itoa(i)); err != nil {
				return err
			}
		}
	case map[string]any:
		return s.object(root, v, at)
	}
	return nil
}

// oneOf is follows for alternatives that exclude each other.
func (s *exportSchema) oneOf(root *exportSchema, v any, at string) error {
	var first error
	for _, alternative := range s.OneOf {
		err := alternative.follows(root, v, at)
		if err == nil {
			return nil
		}
		first = cmp.Or(first, err)
	}
	return first
}

// object is follows for an object.
func (s *exportSchema) object(root *exportSchema, v map[string]any, at string) error {
	for _, name := range s.Required {
		if _, ok := v[name]; !ok {
			return fmt.Errorf("at %s: missing property '%s'", cmp.Or(at, "/"), name)
		}
	}
	var others *exportSchema
	if len(s.Additional) > 0 && string(s.Additional) != "false" {
		var err error
		if others, err = readSchema(s.Additional); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(v)) {
		property := s.Properties[name]
		if property == nil {
			property = others
		}
		switch {
		case property != nil:
			if err := property.follows(root, v[name], at+"/"+name); err != nil {
				return err
			}
		case len(s.Additional) > 0:
			return fmt.Errorf("at %s: unknown property '%s'", cmp.Or(at, "/"), name)
		}
	}
	return nil
}

// typeOf returns the JSON Schema type of a value.
func typeOf(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case []any:
		return "array"
	case map[string]any:
		return "object"
	case json.Number:
		if _, err := strconv.ParseInt(v.String(), 10, 64); err == nil {
			return "integer"
		}
	}
	return "number"
}

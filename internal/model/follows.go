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

// An exportSchema is what the JSON Schema of exports uses of that language. Libraries
// that know all of it compile its own schemas whenever the program starts, which
// took as long as everything else at the start of a command.
type exportSchema struct {
	Ref        string                   `json:"$ref"`
	Defs       map[string]*exportSchema `json:"$defs"`
	Type       string                   `json:"type"`
	Properties map[string]*exportSchema `json:"properties"`
	Required   []string                 `json:"required"`
	Items      *exportSchema            `json:"items"`
	// Additional is false or what other properties follow.
	Additional json.RawMessage `json:"additionalProperties"`

	// What readers want to know.

	Schema      string `json:"$schema"`
	Title       string `json:"title"`
	Description string `json:"description"`
}

// Follows holds a document in JSON against [JSONSchema]. Its error says where the
// first difference is.
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
		return fmt.Errorf("something follows the document")
	}
	return root.follows(root, doc, "")
}

// readSchema reads a schema that uses nothing else of the language.
func readSchema(data []byte) (*exportSchema, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	s := &exportSchema{}
	return s, dec.Decode(s)
}

// follows says what of a value, which is at a place, is not as the schema has it.
func (s *exportSchema) follows(root *exportSchema, v any, at string) error {
	if s.Ref != "" {
		def := root.Defs[strings.TrimPrefix(s.Ref, "#/$defs/")]
		if def == nil {
			return fmt.Errorf("the schema has no %s", s.Ref)
		}
		return def.follows(root, v, at)
	}
	if got := typeOf(v); s.Type != "" && got != s.Type {
		return fmt.Errorf("at %s: got %s, want %s", cmp.Or(at, "/"), got, s.Type)
	}
	switch v := v.(type) {
	case []any:
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

// typeOf is what JSON Schema calls the type of a value.
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

// Modelschema prints the JSON Schema of the output of portspec export, diff or review, made from
// the types and comments of internal/model, internal/diff and gen/review.
//
//	modelschema DIR export|diff|review
//
// DIR is the root of the repository, from which comments are read.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"

	"github.com/invopop/jsonschema"

	"github.com/portspec/portspec/gen/review"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/diff"
	"github.com/portspec/portspec/internal/model"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "modelschema:", err)
		os.Exit(1)
	}
}

// documents has the types of documents by the command that prints them.
var documents = map[string]any{"export": &model.Catalog{}, "diff": &diff.Changes{}, "review": &review.Report{}}

func run(args []string) error {
	if len(args) != 2 || documents[args[1]] == nil {
		return fmt.Errorf("usage: modelschema DIR export|diff|review")
	}
	if err := os.Chdir(args[0]); err != nil {
		return err
	}
	r := &jsonschema.Reflector{Mapper: words, Namer: name}
	for _, dir := range []string{"./internal/diag", "./internal/model", "./internal/diff", "./gen/review"} {
		if err := r.AddGoComments("github.com/portspec/portspec", dir); err != nil {
			return err
		}
	}
	for name, comment := range r.CommentMap {
		r.CommentMap[name] = strings.Join(strings.Fields(comment), " ")
	}
	s := r.Reflect(documents[args[1]])
	s.Definitions["When"] = when()
	s.ID = ""
	s.Title = "portspec " + args[1]
	out, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	fmt.Println(string(out))
	return nil
}

// name returns the name of a type in a schema if its own name is ambiguous; "" otherwise.
func name(t reflect.Type) string {
	if t == reflect.TypeFor[diag.Path]() {
		return "DataPath"
	}
	return ""
}

// words returns the schema of a type whose values are texts or one of a few words, or that has
// its own form in JSON; nil for other types.
func words(t reflect.Type) *jsonschema.Schema {
	switch t {
	case reflect.TypeFor[diff.Class]():
		return oneOf(diff.Classes)
	case reflect.TypeFor[diff.Kind]():
		return oneOf(diff.Kinds)
	case reflect.TypeFor[diff.User]():
		return oneOf(diff.Users)
	case reflect.TypeFor[diag.Severity]():
		return oneOf([]diag.Severity{diag.Error, diag.Warning, diag.Info})
	case reflect.TypeFor[diag.Path]():
		return &jsonschema.Schema{Type: "string"}
	case reflect.TypeFor[model.When]():
		return &jsonschema.Schema{Ref: "#/$defs/When"}
	}
	return nil
}

// when returns the schema of the JSON of [model.When].
func when() *jsonschema.Schema {
	values := listOf(&jsonschema.Schema{Type: "string"})
	several := listOf(values)
	least := uint64(2)
	several.MinItems = &least
	return &jsonschema.Schema{
		Type:                 "object",
		Description:          "A condition on features. A feature has the values of which one must be chosen, or several such lists if one value of each must be chosen.",
		AdditionalProperties: &jsonschema.Schema{OneOf: []*jsonschema.Schema{values, several}},
	}
}

func listOf(items *jsonschema.Schema) *jsonschema.Schema {
	return &jsonschema.Schema{Type: "array", Items: items}
}

func oneOf[T ~string](words []T) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "string"}
	for _, w := range words {
		s.Enum = append(s.Enum, string(w))
	}
	return s
}

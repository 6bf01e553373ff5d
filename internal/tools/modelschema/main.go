// Modelschema prints the JSON Schema of what portspec export, diff or review
// prints, made from the types of internal/model, internal/diff and gen/review and
// their comments.
//
//	modelschema DIR export|diff|review
//
// DIR is the root of the repository, where the comments are read.
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

// documents are what there are schemas of, by the command that prints them.
var documents = map[string]any{"export": &model.Catalog{}, "diff": &diff.Changes{}, "review": &review.Report{}}

func run(args []string) error {
	if len(args) != 2 || documents[args[1]] == nil {
		return fmt.Errorf("give the root of the repository, and export, diff or review")
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
	s.ID = ""
	s.Title = "portspec " + args[1]
	out, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	fmt.Println(string(out))
	return nil
}

// name is what a type is called in a schema where its own name is that of another type
// as well; "" for its own.
func name(t reflect.Type) string {
	if t == reflect.TypeFor[diag.Path]() {
		return "DataPath"
	}
	return ""
}

// words is the schema of types that are a text, or one of some words; nil for others.
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
	}
	return nil
}

func oneOf[T ~string](words []T) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "string"}
	for _, w := range words {
		s.Enum = append(s.Enum, string(w))
	}
	return s
}

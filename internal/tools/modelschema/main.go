// Modelschema prints the JSON Schema of what portspec export prints, made from
// the types of internal/model and their comments.
//
//	modelschema DIR
//
// DIR is the root of the repository, where the comments are read.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/invopop/jsonschema"

	"github.com/portspec/portspec/internal/model"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "modelschema:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("give the root of the repository")
	}
	if err := os.Chdir(args[0]); err != nil {
		return err
	}
	r := &jsonschema.Reflector{}
	if err := r.AddGoComments("github.com/portspec/portspec", "./internal/model"); err != nil {
		return err
	}
	for name, comment := range r.CommentMap {
		r.CommentMap[name] = strings.Join(strings.Fields(comment), " ")
	}
	s := r.Reflect(&model.Catalog{})
	s.ID = ""
	s.Title = "portspec export"
	out, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	fmt.Println(string(out))
	return nil
}

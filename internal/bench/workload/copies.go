package workload

import (
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/portspec/portspec/specs"
)

// Real lists the folders of the products that come with portspec.
var Real = []string{"igelums", "profileunity", "shopping"}

// idField matches the field with a product's id.
var idField = regexp.MustCompile(`(?m)^(\tid: +)".*"$`)

// ids has the ids of the real products, by folder.
var ids = map[string]string{"igelums": "igel-ums", "profileunity": "profileunity", "shopping": "shopping"}

// A Fault is an error that can be put into a copy of a product.
type Fault int

// Faults of a copy.
const (
	Sound     Fault = iota
	Citations       // every citation names the original product
	Component       // a flow starts at a component that is not defined
	Port            // a port is out of range
	Field           // a field of a flow is misspelt
	Missing         // a flow has no purpose
)

// Faults lists all faults.
var Faults = []Fault{Citations, Component, Port, Field, Missing}

// edits has, for each fault except Citations, a text to replace once in a copy.
var edits = map[Fault][2]string{
	Component: {`from: ["`, `from: ["x`},
	Port:      {"port: ", "port: 99999 + "},
	Field:     {"\t\tpurpose:", "\t\tporpose:"},
	Missing:   {"\t\tpurpose:", "\t\t// purpose:"},
}

// Copies writes a workspace of n copies of real products, each with its own id. fault
// returns the fault of each copy; nil means none has one.
func Copies(dir string, folders []string, n int, fault func(i int) Fault) error {
	if err := write(filepath.Join(dir, "cue.mod", "module.cue"), moduleFile); err != nil {
		return err
	}
	for i := range n {
		what := Sound
		if fault != nil {
			what = fault(i)
		}
		if err := Copy(dir, folders[i%len(folders)], i, what, 0); err != nil {
			return err
		}
	}
	return nil
}

// Copy writes a single copy. Copies of different editions have the same content but
// different bytes.
func Copy(dir, folder string, i int, fault Fault, edition int) error {
	from := "products/" + folder
	entries, err := fs.ReadDir(specs.Files, from)
	if err != nil {
		return err
	}
	old := ids[folder]
	id := fmt.Sprintf("%s-%d", old, i)
	done := fault == Sound || fault == Citations
	for _, e := range entries {
		data, err := fs.ReadFile(specs.Files, path.Join(from, e.Name()))
		if err != nil {
			return err
		}
		text := idField.ReplaceAllString(string(data), `${1}"`+id+`"`)
		if fault != Citations {
			text = strings.ReplaceAll(text, `"`+old+`/`, `"`+id+`/`)
		}
		if edit := edits[fault]; !done && strings.Contains(text, edit[0]) {
			text = strings.Replace(text, edit[0], edit[1], 1)
			done = true
		}
		if edition > 0 {
			text += fmt.Sprintf("// Edition %d.\n", edition)
		}
		if err := write(filepath.Join(dir, "products", fmt.Sprintf("copy-%04d", i), e.Name()), text); err != nil {
			return err
		}
	}
	if !done {
		return fmt.Errorf("%s has no place for fault %d", folder, slices.Index(Faults, fault))
	}
	return nil
}

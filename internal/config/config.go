// Package config finds, reads and checks the configuration of a repository,
// portspec.yaml or portspec.cue, which says where its specs and sites are and what
// is generated. [Config] is what one says.
package config

import (
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"strconv"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/load"
)

// A Config is a configuration and where it is. Paths have slashes and begin in its
// folder.
type Config struct {
	Specs    string // "" for the nearest workspace
	Sites    []string
	Generate []Output

	Dir  string // its folder, absolute
	Name string // its file, as messages call it
}

// An Output is one target and where it goes.
type Output struct {
	Target   string
	Out      string
	Products []string
	Sites    []string
	Options  *GoOptions // nil where none are given
	Position diag.Position
}

// GoOptions are options of the target go; "" and nil where they are not given.
type GoOptions struct {
	Package, Only, Prefix, Type, Tags string
	Components                        []string
}

// Read judges a configuration, whose name positions have. It is nil where there are
// findings. Where it is, the caller says.
func Read(name string, data []byte) (*Config, diag.List) {
	document, found := load.EvaluateConfig(name, data)
	if len(found) > 0 {
		return nil, found
	}
	var said struct {
		Specs    string
		Sites    []string
		Generate []struct {
			Target, Out     string
			Products, Sites []string
			Options         *GoOptions
		}
	}
	if err := json.Unmarshal(document.JSON, &said); err != nil {
		panic(err) // the schema accepts no other types
	}
	c := &Config{Specs: said.Specs, Sites: said.Sites}
	for i, o := range said.Generate {
		if o.Options != nil && reflect.ValueOf(*o.Options).IsZero() {
			o.Options = nil
		}
		c.Generate = append(c.Generate, Output{
			Target: o.Target, Out: path.Clean(o.Out), Products: o.Products, Sites: o.Sites, Options: o.Options,
			Position: document.At("generate", strconv.Itoa(i), "out"),
		})
	}
	return c, nil
}

// At is an error with the line of the output that it is about.
func (c *Config) At(o Output, err error) error {
	return fmt.Errorf("%s:%d: %w", c.Name, o.Position.Line, err)
}

// parse reads a configuration that is in a folder.
func parse(dir, name string, data []byte) (*Config, error) {
	file := filepath.Join(dir, name)
	c, found := Read(name, data)
	shown := file
	if cwd, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(cwd, file); err == nil {
			shown = rel
		}
	}
	if len(found) > 0 {
		return nil, &Error{shown, found, data}
	}
	c.Dir, c.Name = dir, shown
	return c, nil
}

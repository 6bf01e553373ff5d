// Package config finds, reads and checks the [Config] of a repository, portspec.yaml or
// portspec.cue, which gives the location of specs and sites and lists the outputs.
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

// A Config is a configuration and its location. Paths are slash-separated and relative to
// its folder.
type Config struct {
	Specs    string // folder of the specs; "" for the nearest workspace
	Sites    []string
	Generate []Output

	Dir  string // absolute path of its folder
	Name string // name of its file for messages
}

// An Output is a target and where it is written.
type Output struct {
	Target   string
	Out      string
	Products []string
	Sites    []string
	Options  Options
	Position diag.Position
}

// Options are those of an output's target; "" and nil if they are not given.
type Options struct {
	GoOptions
	MarkdownOptions
	FirewallOptions
}

// GoOptions are options of the target go.
type GoOptions struct {
	Package, Only, Prefix, Type, Tags string
	Components                        []string
}

// MarkdownOptions are options of the target markdown.
type MarkdownOptions struct{ Flavor, Base string }

// FirewallOptions are options of the targets that write the rules of firewalls.
type FirewallOptions struct {
	Optional, Observe bool
	Phases            []string
	AllowPartial      bool `json:"allow-partial"`
}

// OnlyFor returns an error if there are options of another target; rules says that the
// target writes the rules of firewalls.
func (o Options) OnlyFor(target string, rules bool) error {
	if target != "go" && !reflect.ValueOf(o.GoOptions).IsZero() {
		return fmt.Errorf("options: package, only, components, prefix, type and tags are options of the target go, and this target is %s", target)
	}
	if !rules && !reflect.ValueOf(o.FirewallOptions).IsZero() {
		return fmt.Errorf("options: optional, phases, observe and allow-partial are options of targets that write the rules of firewalls, and this target is %s", target)
	}
	if target != "markdown" && o.MarkdownOptions != (MarkdownOptions{}) {
		return fmt.Errorf("options: flavor and base are options of the target markdown, and this target is %s", target)
	}
	return nil
}

// Read parses and checks a configuration. Positions of findings have the given name; if
// there are findings, the Config is nil. The caller sets Dir and Name.
func Read(name string, data []byte) (*Config, diag.List) {
	document, found := load.EvaluateConfig(name, data)
	if len(found) > 0 {
		return nil, found
	}
	var written struct {
		Specs    string
		Sites    []string
		Generate []struct {
			Target, Out     string
			Products, Sites []string
			Options         Options
		}
	}
	if err := json.Unmarshal(document.JSON, &written); err != nil {
		panic(err) // the schema accepts only these types
	}
	c := &Config{Specs: written.Specs, Sites: written.Sites}
	for i, o := range written.Generate {
		c.Generate = append(c.Generate, Output{
			Target: o.Target, Out: path.Clean(o.Out), Products: o.Products, Sites: o.Sites, Options: o.Options,
			Position: document.At("generate", strconv.Itoa(i), "out"),
		})
	}
	return c, nil
}

// At adds the line of an output to an error about it.
func (c *Config) At(o Output, err error) error {
	return fmt.Errorf("%s:%d: %w", c.Name, o.Position.Line, err)
}

// parse parses the configuration of a folder.
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

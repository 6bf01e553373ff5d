package gen

import (
	"maps"
	"slices"

	"github.com/portspec/portspec/internal/model"
)

// HasHost reports whether hosts of a site run a component. What is a shared service or
// fixed by the product has a location instead, and zones, any host and unknown ones are
// neither.
func HasHost(c *model.Component) bool {
	return c.Service == "" && c.At == nil && c.Kind != model.Zone && c.Kind != model.Any && c.Kind != model.UnknownKind
}

// SystemOf returns an operating system on which a component runs, according to its os
// field or its processes; without either, it guesses.
func SystemOf(c *model.Component) string {
	if len(c.OS) > 0 {
		return c.OS[0]
	}
	named := maps.Clone(c.Processes)
	for _, l := range c.Listeners {
		for os, processes := range l.Processes {
			if named == nil {
				named = make(map[string][]string)
			}
			named[os] = processes
		}
	}
	if _, ok := named["windows"]; ok || len(named) == 0 {
		return "windows"
	}
	return slices.Sorted(maps.Keys(named))[0]
}

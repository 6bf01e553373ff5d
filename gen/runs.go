package gen

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/pattern"
)

// HasHost reports whether hosts of a site run a component. Shared services and components with a
// fixed location have a location instead, and zones, any host and unknown components have
// neither.
func HasHost(c *model.Component) bool {
	return c.Service == "" && c.At == nil && c.Kind != model.Zone && c.Kind != model.Any && c.Kind != model.UnknownKind
}

// HostID returns an id for a host that is named after something else. Hosts have files of their
// own, so their ids are shorter than others, and are not names of Windows devices.
func HostID(id string) string {
	const longest = 100
	switch {
	case devices().MatchString(id):
		return "host-" + id
	case len(id) > longest:
		sum := sha256.Sum256([]byte(id))
		end := "-" + hex.EncodeToString(sum[:4])
		return strings.TrimSuffix(id[:longest-len(end)], "-") + end
	}
	return id
}

// devices matches the names that #FileID of the schema excludes.
var devices = pattern.New(`^(con|prn|aux|nul|(com|lpt)[0-9])$`)

// SystemOf returns an operating system on which a component runs, according to its os field or
// its processes, or a guess if it has neither.
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

package config

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/english"
	ws "github.com/portspec/portspec/internal/workspace"
)

// Names are the file names of a configuration, the most usual one first.
var Names = []string{"portspec.yaml", "portspec.yml", "portspec.cue"}

// extensions are the extensions allowed for --config.
var extensions = []string{".yaml", ".yml", ".json", ".cue"}

// maxSize is the maximum size of a configuration in bytes.
const maxSize = 1 << 20

// Root returns the folder of the specs to use in dir, "" for those in the binary, and the
// configuration: the nearest at or above dir, or nil. The configuration does not apply to
// a workspace that is nearer than it, unless the configuration names that workspace.
func Root(dir string, limits ws.Limits) (string, *Config, error) {
	root, rootErr := ws.FindRoot(dir)
	c, err := find(dir)
	switch {
	case err != nil:
		return "", nil, err
	case c == nil || c.Specs == "":
		if rootErr != nil || c == nil {
			return root, nil, rootErr
		}
	case rootErr != nil: // of a folder that the configuration does not name
		root = ""
	}
	own := root
	if c.Specs != "" {
		if own, err = c.specs(limits); err != nil {
			return "", nil, err
		}
	}
	if below, err := filepath.Rel(c.Dir, root); root != "" && err == nil && filepath.IsLocal(below) && below != "." && (c.Specs == "" || root != own) {
		return root, nil, nil
	}
	return own, c, nil
}

// RootBy returns the configuration that --config names, and the folder of its specs.
func RootBy(file string, limits ws.Limits) (string, *Config, error) {
	if !slices.Contains(extensions, filepath.Ext(file)) {
		return "", nil, fmt.Errorf("--config %s: the file name must end in %s", file, english.Or(extensions))
	}
	data, err := ws.ReadNamed(file, maxSize)
	if err != nil {
		return "", nil, fmt.Errorf("--config: %w", err)
	}
	abs, err := filepath.Abs(file)
	if err != nil {
		return "", nil, err
	}
	c, err := parse(filepath.Dir(abs), filepath.Base(abs), data)
	if err != nil {
		return "", nil, err
	}
	root := ""
	if c.Specs == "" {
		root, err = ws.FindRoot(c.Dir)
	} else {
		root, err = c.specs(limits)
	}
	return root, c, err
}

// specs returns the folder of the specs that the configuration names.
func (c *Config) specs(limits ws.Limits) (string, error) {
	door, err := ws.OpenDoor(c.Dir, limits)
	if err != nil {
		return "", err
	}
	defer door.Close()
	real, info, err := door.Real(path.Clean(c.Specs))
	if errors.Is(err, ws.ErrLink) {
		return "", fmt.Errorf("%s: specs: %s: %w", c.Name, c.Specs, ws.ErrLink)
	}
	if err == nil && info.IsDir() {
		_, info, err = door.Real(path.Join(real, "cue.mod"))
	}
	if err != nil || !info.IsDir() {
		return "", fmt.Errorf("%s: specs: %s has no cue.mod; portspec init %s creates a workspace there", c.Name, c.Specs, c.Specs)
	}
	return filepath.Join(c.Dir, filepath.FromSlash(real)), nil
}

// find returns the nearest configuration at or above a folder, up to the root of the
// repository; nil if there is none.
func find(dir string) (*Config, error) {
	in, names, err := Nearest(dir)
	switch {
	case err != nil || len(names) == 0:
		return nil, err
	case len(names) > 1:
		return nil, fmt.Errorf("%s contains %s; keep only one of them", in, strings.Join(names, " and "))
	}
	door, err := ws.OpenDoor(in, ws.Limits{File: maxSize})
	if err != nil {
		return nil, err
	}
	defer door.Close()
	data, err := door.ReadFile(names[0])
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(in, names[0]), ws.Pathless(err))
	}
	return parse(in, names[0], data)
}

// Nearest returns the nearest folder at or above dir, up to the root of the repository,
// that contains configurations, and their names. There are no names if there is no such
// folder.
func Nearest(dir string) (in string, names []string, err error) {
	from, err := filepath.Abs(dir)
	if err != nil {
		return "", nil, err
	}
	for dir = from; ; {
		for _, name := range Names {
			file := filepath.Join(dir, name)
			info, err := os.Lstat(file)
			if err != nil {
				continue
			}
			if err := ws.Trust(from, file, info); err != nil {
				return "", nil, err
			}
			if !info.Mode().IsRegular() && !leadsToFile(dir, name) {
				return "", nil, fmt.Errorf("%s must be a regular file, or a link to one in its folder or below", file)
			}
			names = append(names, name)
		}
		up := filepath.Dir(dir)
		if _, err := os.Lstat(filepath.Join(dir, ".git")); len(names) > 0 || err == nil || up == dir {
			return dir, names, nil
		}
		dir = up
	}
}

// leadsToFile reports whether a configuration is a link to a file that may be used as one.
func leadsToFile(dir, name string) bool {
	door, err := ws.OpenDoor(dir, ws.Limits{})
	if err != nil {
		return false
	}
	defer door.Close()
	real, info, err := door.Real(name)
	return err == nil && info.Mode().IsRegular() && slices.Contains(extensions, path.Ext(real))
}

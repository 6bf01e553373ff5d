package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/load"
)

// places are where the outputs of a configuration go. They find what cannot be
// written beside each other before anything is.
type places struct {
	c *config
	// Files and folders by their path in the repository as the file system has
	// it: without links and, as some do not tell them apart, in lower case.
	files   map[string]load.Output
	folders map[string]load.Output
	sources map[string]string // what outputs are made of, and its name
}

func (c *config) places() *places {
	p := &places{c, make(map[string]load.Output), make(map[string]load.Output), make(map[string]string)}
	for _, name := range append([]string{filepath.Base(c.name), c.manifest()}, c.Sites...) {
		if real, err := c.real(name); err == nil {
			p.sources[strings.ToLower(real)] = name
		}
	}
	return p
}

// take notes the files of an output, or says which one has no place.
func (p *places) take(o load.Output, files []gen.File) error {
	base := o.Out
	if isGoFile(o.Out) {
		base = path.Dir(o.Out)
	}
	real, err := p.c.real(base)
	if err != nil {
		return fmt.Errorf("out: %w", err)
	}
	for _, f := range files {
		name := f.Path
		if base != "." {
			name = strings.TrimPrefix(f.Path, base+"/")
		}
		key := strings.ToLower(path.Join(real, name))
		if first, twice := p.files[key]; twice {
			return fmt.Errorf("%s would be written twice, by target %s here and by target %s in line %d; give one of them another out",
				f.Path, o.Target, first.Target, first.Position.Line)
		}
		if first, twice := p.folders[key]; twice {
			return fmt.Errorf("%s would be a file here, and by target %s in line %d a folder; give one of them another out",
				f.Path, first.Target, first.Position.Line)
		}
		if source, is := p.sources[key]; is {
			return fmt.Errorf("%s would be written over %s, which outputs are made of; give it another out", f.Path, source)
		}
		p.files[key] = o
		for dir := path.Dir(key); dir != "."; dir = path.Dir(dir) {
			if first, twice := p.files[dir]; twice {
				return fmt.Errorf("%s would be in a folder where target %s in line %d writes a file; give one of them another out",
					f.Path, first.Target, first.Position.Line)
			}
			if _, seen := p.folders[dir]; seen {
				break
			}
			p.folders[dir] = o
		}
	}
	return nil
}

// checkOut says what is wrong with the place of an output.
func (c *config) checkOut(o load.Output) error {
	real, err := c.real(o.Out)
	if err != nil {
		return fmt.Errorf("out: %w", err)
	}
	if slices.ContainsFunc(strings.Split(real, "/"), func(part string) bool { return strings.EqualFold(part, ".git") || part == "cue.mod" }) {
		return fmt.Errorf("out: %s is in a folder that git or CUE keeps for itself; give it another", o.Out)
	}
	info, err := os.Stat(filepath.Join(c.dir, filepath.FromSlash(o.Out)))
	switch {
	case err != nil: // there is none yet
	case info.IsDir() && isGoFile(o.Out):
		return fmt.Errorf("out: %s is a folder; the name of a single file ends in .go", o.Out)
	case !info.IsDir() && !isGoFile(o.Out):
		return fmt.Errorf("out: %s is a file; give the folder that files go to", o.Out)
	case info.IsDir() && holdsSpecs(filepath.Join(c.dir, filepath.FromSlash(o.Out))):
		return fmt.Errorf("out: %s holds specs; give outputs a folder of their own", o.Out)
	}
	return nil
}

// holdsSpecs reports whether a folder is that of a package or of a workspace.
func holdsSpecs(dir string) bool {
	entries, err := os.ReadDir(dir)
	return err == nil && slices.ContainsFunc(entries, func(e fs.DirEntry) bool {
		return e.Name() == "cue.mod" || read(e.Name()) && e.Name() != "portspec.cue"
	})
}

// real is a path in the repository without links, as far as it is there. It is
// an error where it leads out of the repository, or through a file.
func (c *config) real(name string) (string, error) {
	top, err := filepath.EvalSymlinks(c.dir)
	if err != nil {
		return "", err
	}
	parts := strings.Split(path.Clean(name), "/")
	at := top
	for i, part := range parts {
		here := filepath.Join(at, part)
		shown := path.Join(parts[:i+1]...)
		info, err := os.Lstat(here)
		if errors.Is(err, fs.ErrNotExist) {
			at = filepath.Join(append([]string{at}, parts[i:]...)...)
			break
		}
		if err != nil {
			return "", err
		}
		if info.Mode()&fs.ModeSymlink != 0 {
			if here, err = c.follow(top, here, shown); err != nil {
				return "", err
			}
			if info, err = os.Stat(here); err != nil {
				return "", err
			}
		}
		if i < len(parts)-1 && !info.IsDir() {
			return "", fmt.Errorf("%s: %s is a file", name, shown)
		}
		at = here
	}
	rel, err := filepath.Rel(top, at)
	return filepath.ToSlash(rel), err
}

// follow is where a link in the repository leads, if it is followed.
func (c *config) follow(top, link, shown string) (string, error) {
	target, err := os.Readlink(link)
	if err != nil {
		return "", err
	}
	to, err := filepath.EvalSymlinks(link)
	if err != nil {
		return "", fmt.Errorf("%s is a symbolic link to %s, which is not there", shown, target)
	}
	if rel, err := filepath.Rel(top, to); err != nil || !filepath.IsLocal(rel) {
		return "", fmt.Errorf("%s is a symbolic link to %s, out of %s; outputs stay in the folder of the configuration", shown, target, c.dir)
	}
	if filepath.IsAbs(target) {
		return "", fmt.Errorf("%s is a symbolic link to %s, and no link with an absolute path is followed; make it a relative one", shown, target)
	}
	return to, nil
}

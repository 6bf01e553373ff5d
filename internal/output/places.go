package output

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
)

// An Entry is one output of a configuration.
type Entry struct {
	Target  string
	Out     string // a folder or a single file of Go, from the configuration's folder
	Package string // the name of a Go package to which the files belong; "" for packages of their own
	Tags    string // a build constraint of the Go files
	Line    int    // of the configuration
}

// Places are where the outputs of a configuration go. They find what cannot be
// written beside each other before anything is.
type Places struct {
	dir string // of the configuration
	// Files and folders by their path in the repository and, as some file systems
	// do not tell them apart, in lower case.
	files   map[string]Entry
	folders map[string]Entry
	sources map[string]string // what outputs are made of, and its name
}

// NewPlaces begins with the files that outputs are made of, by their names from
// the folder of the configuration.
func NewPlaces(dir string, sources []string) *Places {
	p := &Places{dir, make(map[string]Entry), make(map[string]Entry), make(map[string]string)}
	for _, name := range sources {
		p.sources[strings.ToLower(path.Clean(name))] = name
		if real, err := p.real(name); err == nil {
			p.sources[strings.ToLower(real)] = name
		}
	}
	return p
}

// real is a path in the repository without links.
func (p *Places) real(name string) (string, error) {
	top, err := filepath.EvalSymlinks(p.dir)
	if err != nil {
		return "", err
	}
	at, err := filepath.EvalSymlinks(filepath.Join(p.dir, filepath.FromSlash(name)))
	if err != nil {
		return "", err
	}
	rel, err := filepath.Rel(top, at)
	return filepath.ToSlash(rel), err
}

// Take notes the files of an output, or says which one has no place.
func (p *Places) Take(e Entry, files []gen.File) error {
	for _, f := range files {
		key := strings.ToLower(f.Path)
		if first, twice := p.files[key]; twice {
			return fmt.Errorf("%s would be written twice, by target %s here and by target %s in line %d; give one of them another out",
				f.Path, e.Target, first.Target, first.Line)
		}
		if first, twice := p.folders[key]; twice {
			return fmt.Errorf("%s would be a file here, and by target %s in line %d a folder; give one of them another out",
				f.Path, first.Target, first.Line)
		}
		if source, is := p.sources[key]; is {
			return fmt.Errorf("%s would be written over %s, which outputs are made of; give it another out", f.Path, source)
		}
		p.files[key] = e
		for dir := path.Dir(key); dir != "."; dir = path.Dir(dir) {
			if first, twice := p.files[dir]; twice {
				return fmt.Errorf("%s would be in a folder where target %s in line %d writes a file; give one of them another out",
					f.Path, first.Target, first.Line)
			}
			if _, seen := p.folders[dir]; seen {
				break
			}
			p.folders[dir] = e
		}
	}
	return nil
}

// Check says what is wrong with the place of an output.
func (p *Places) Check(out string) error {
	if err := checkName(out); err != nil {
		return fmt.Errorf("out: %w", err)
	}
	if IsGoFile(out) {
		if err := CheckGoName(out); err != nil {
			return fmt.Errorf("out: %w", err)
		}
	}
	r, err := openToRead(p.dir, "")
	if err != nil {
		return err
	}
	defer r.Close()
	w := walker{base: r.root}
	defer w.close()
	dir := path.Dir(out)
	at, err := w.enter(dir, false)
	var link *linkError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil // there is none yet
	case errors.As(err, &link):
		return fmt.Errorf("out: %w", err)
	case err != nil:
		if len(w.parts) < len(strings.Split(dir, "/")) {
			return fmt.Errorf("out: %s: %s is a file", out, path.Join(path.Join(w.parts...), strings.Split(dir, "/")[len(w.parts)]))
		}
		return fmt.Errorf("out: %w", err)
	}
	info, err := at.Lstat(path.Base(out))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("out: %w", err)
	case info.Mode().Type() == fs.ModeSymlink:
		err := newLinkError(at, path.Base(out))
		if errors.As(err, &link) {
			link.name = out
		}
		return fmt.Errorf("out: %w", err)
	case info.IsDir() && IsGoFile(out):
		return fmt.Errorf("out: %s is a folder; the name of a single file ends in .go", out)
	case !info.IsDir() && !IsGoFile(out):
		return fmt.Errorf("out: %s is a file; give the folder that files go to", out)
	case info.IsDir() && holdsSpecs(filepath.Join(p.dir, filepath.FromSlash(out))):
		return fmt.Errorf("out: %s holds specs; give outputs a folder of their own", out)
	}
	return nil
}

// holdsSpecs reports whether a folder is that of a package or of a workspace.
func holdsSpecs(dir string) bool {
	entries, err := os.ReadDir(dir)
	return err == nil && slices.ContainsFunc(entries, func(e fs.DirEntry) bool {
		name := e.Name()
		return name == "cue.mod" || path.Ext(name) == ".cue" && name != "portspec.cue" && !strings.HasPrefix(name, ".") && !strings.HasPrefix(name, "_")
	})
}

// Into notes where an entry's files go: to a folder of its own, or one that is
// shared with somebody's package.
func (o *Output) Into(e Entry, made []gen.File) {
	o.outs = append(o.outs, e.Out)
	switch dir := path.Dir(e.Out); {
	case IsGoFile(e.Out):
		o.Part(dir, made, e.Tags)
	case e.Package != "":
		o.Part(e.Out, made, e.Tags)
	}
}

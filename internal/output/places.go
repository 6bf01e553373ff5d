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
)

// An Entry is one output of a configuration.
type Entry struct {
	Target  string
	Out     string // a folder or a single Go file, relative to the configuration's folder
	Package string // name of the Go package that contains the files; "" for a package for each product
	Tags    string // build constraint of the Go files
	Line    int    // of the configuration
}

// Places records where the outputs of a configuration are written, to find conflicts before
// anything is written.
type Places struct {
	dir string // folder of the configuration
	// Files and folders by their path in the repository, in lower case because some file
	// systems ignore case.
	files   map[string]Entry
	folders map[string]Entry
	sources map[string]string // input files, with their names for messages
}

// NewPlaces returns Places that protect the given input files, whose names are relative to the
// folder of the configuration.
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

// real resolves links in a path in the repository.
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

// Take records the files of an output by their paths, which are sorted. It fails if one of
// them conflicts with another file.
func (p *Places) Take(e Entry, files []string) error {
	for _, name := range files {
		key := strings.ToLower(name)
		if first, twice := p.files[key]; twice {
			return fmt.Errorf("%s would be written twice, by target %s here and by target %s in line %d; change the out of one of them",
				name, e.Target, first.Target, first.Line)
		}
		if first, twice := p.folders[key]; twice {
			return fmt.Errorf("%s would be a file here, but a folder for target %s in line %d; change the out of one of them",
				name, first.Target, first.Line)
		}
		if source, is := p.sources[key]; is {
			return fmt.Errorf("%s would overwrite %s, which is an input; change this out", name, source)
		}
		p.files[key] = e
		for dir := path.Dir(key); dir != "."; dir = path.Dir(dir) {
			if first, twice := p.files[dir]; twice {
				return fmt.Errorf("%s would be in a folder where target %s in line %d writes a file; change the out of one of them",
					name, first.Target, first.Line)
			}
			if _, seen := p.folders[dir]; seen {
				break
			}
			p.folders[dir] = e
		}
	}
	return nil
}

// Check returns an error if an output cannot be written to out.
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
		return nil // does not exist yet
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
		return fmt.Errorf("out: %s is a file; name the folder for the outputs", out)
	case info.IsDir() && holdsSpecs(filepath.Join(p.dir, filepath.FromSlash(out))):
		return fmt.Errorf("out: %s contains specs; choose a separate folder for outputs", out)
	}
	return nil
}

// holdsSpecs reports whether a folder contains a CUE package or a workspace.
func holdsSpecs(dir string) bool {
	entries, err := os.ReadDir(dir)
	return err == nil && slices.ContainsFunc(entries, func(e fs.DirEntry) bool {
		name := e.Name()
		return name == "cue.mod" || path.Ext(name) == ".cue" && name != "portspec.cue" && !strings.HasPrefix(name, ".") && !strings.HasPrefix(name, "_")
	})
}

// Into declares where the files of an entry are going to be added: to a separate folder, or
// to one with other files of a package.
func (o *Output) Into(e Entry) {
	o.outs = append(o.outs, e.Out)
	switch {
	case IsGoFile(e.Out):
		o.packages = append(o.packages, &goPart{dir: path.Dir(e.Out), file: e.Out, constrained: e.Tags != ""})
	case e.Package != "":
		o.packages = append(o.packages, &goPart{dir: e.Out, constrained: e.Tags != ""})
	}
}

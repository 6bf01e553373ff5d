package workspace

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/parallel"
	"github.com/portspec/portspec/internal/source"
)

// A taking reads a workspace into a snapshot.
type taking struct {
	door     *Door
	snapshot *Snapshot
	module   string       // module path without a version
	entries  atomic.Int64 // files and folders seen so far
	needed   []string     // skipped folders that are imported
}

// A kind is the purpose of reading a folder.
type kind int

const (
	forSpecs   kind = iota // packages in it and below are checked
	forModules             // packages in it and below can be imported: cue.mod/pkg and the like
	forImport              // only its own package is imported
)

// errName is the error for names that cannot be imported or printed.
var errName = errors.New("its path contains control characters or invalid UTF-8")

var errEntries = TooMuch(fmt.Sprintf("the workspace has more than %d files and folders; give the specs a folder of their own", maxEntries))

// all reads everything that may be evaluated: the packages of the workspace, those of
// other modules, and those imported from folders that are skipped otherwise.
func (t *taking) all() error {
	if err := t.tree(".", forSpecs); err != nil {
		return err
	}
	others := slices.Clone(t.snapshot.Replaced)
	for _, dir := range []string{"gen", "pkg", "usr"} {
		others = append(others, "cue.mod/"+dir)
	}
	for _, dir := range others {
		real, info, err := t.door.Real(dir)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			t.found(Unreadable(dir, err))
			continue
		case !info.IsDir():
			continue
		}
		t.link(dir, real)
		if err := t.tree(real, forModules); err != nil {
			return err
		}
	}
	for seen := make(map[string]bool); len(t.needed) > 0; {
		dir := t.needed[0]
		t.needed = t.needed[1:]
		for ; dir != "." && !seen[dir]; dir = path.Dir(dir) {
			seen[dir] = true
			if err := t.leftOutFolder(dir); err != nil {
				return err
			}
		}
	}
	return nil
}

// leftOutFolder reads a skipped folder that is imported.
func (t *taking) leftOutFolder(dir string) error {
	real, info, err := t.door.Real(dir)
	if err != nil || !info.IsDir() || hiddenIn(real) {
		return nil // CUE will report the missing package
	}
	t.link(dir, real)
	if _, known := t.snapshot.folders[real]; known {
		return nil
	}
	return t.tree(real, forImport)
}

func (t *taking) link(dir, real string) {
	if dir != real {
		t.snapshot.links[dir] = real
	}
}

// siblings is how many folders a worker reads at a time.
const siblings = 16

// tree reads a folder and those below it, level by level, so that all cores are used and
// each folder is opened relative to its parent.
func (t *taking) tree(top string, of kind) error {
	level := [][]below{{{name: top}}}
	for depth := strings.Count(top, "/"); len(level) > 0; depth++ {
		if depth > maxDepth {
			return TooMuch(fmt.Sprintf("%s: folders are nested more than %d deep", level[0][0].name, maxDepth))
		}
		visits := make([][]visit, len(level))
		parallel.Do(len(level), func(i int) { visits[i] = t.siblings(level[i], of) })
		level = nil
		for _, v := range slices.Concat(visits...) {
			if v.err != nil {
				return fmt.Errorf("reading the workspace: %s: %w", v.dir, Pathless(v.err))
			}
			t.take(v, of)
			if of != forImport {
				level = slices.AppendSeq(level, slices.Chunk(v.below, siblings))
			}
		}
	}
	return nil
}

// below is a folder to read, with its info if it was listed before.
type below struct {
	name  string
	entry fs.DirEntry
}

// in opens the folder relative to its parent.
func (b below) in(f folder) (folder, error) {
	if b.entry == nil {
		return enter(f, path.Base(b.name))
	}
	info, err := b.entry.Info()
	if err != nil {
		return nil, err
	}
	return f.sub(info.Name(), info)
}

// siblings reads some of the folders in a folder.
func (t *taking) siblings(dirs []below, of kind) []visit {
	visits := make([]visit, len(dirs))
	in, err := t.door.in.open(path.Dir(dirs[0].name))
	if err == nil {
		defer in.close()
	}
	for i, dir := range dirs {
		visits[i] = visit{dir: dir.name, err: err}
		if err != nil {
			continue
		}
		at := in
		if dir.name != "." {
			if at, visits[i].err = dir.in(in); visits[i].err != nil {
				continue
			}
		}
		visits[i].err = t.folder(&visits[i], at, of)
		if dir.name != "." {
			at.close()
		}
	}
	return visits
}

// A visit is the result of reading a folder.
type visit struct {
	dir     string
	err     error
	below   []below // subfolders to read
	sources []taken
	links   map[string]string // targets of links to folders
	found   diag.List
}

// A taken file is a source file that was read.
type taken struct {
	name   string
	data   contents
	header Header
	needs  []string  // skipped folders that it imports
	unfit  diag.List // findings about what it must not contain
	failed error
}

// folder reads an open folder.
func (t *taking) folder(v *visit, in folder, of kind) error {
	entries, err := in.list(maxEntries)
	if err != nil {
		return err
	}
	if t.entries.Add(int64(len(entries))) > maxEntries {
		return errEntries
	}
	entries = slices.DeleteFunc(entries, func(e fs.DirEntry) bool {
		return isHidden(e.Name()) || !e.IsDir() && e.Type()&fs.ModeSymlink == 0 && !IsSource(e.Name())
	})
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	for _, e := range entries {
		name := path.Join(v.dir, e.Name())
		switch {
		case e.IsDir():
			if t.goesInto(name, of) {
				v.below = append(v.below, below{name, e})
			}
		case IsSource(e.Name()):
			if !plainName(name) {
				v.sources = append(v.sources, taken{name: name, failed: errName})
				continue
			}
			s := t.source(in, v.dir, e, of)
			if errors.As(s.failed, new(errTotal)) {
				return s.failed
			}
			v.sources = append(v.sources, s)
		case e.Type()&fs.ModeSymlink != 0:
			t.linked(v, name, of)
		}
	}
	return nil
}

// goesInto reports whether a folder is read together with its parent.
func (t *taking) goesInto(name string, of kind) bool {
	switch {
	case of == forModules:
		return name != CopiedTo // only for cue and editors
	case name == ModulePath:
		return t.snapshot.served == nil
	}
	return !LeavesOut(name)
}

// plainName reports whether a path contains only printable characters.
func plainName(name string) bool {
	return utf8.ValidString(name) && !strings.ContainsFunc(name, unicode.IsControl)
}

// source reads a source file.
func (t *taking) source(in folder, dir string, e fs.DirEntry, of kind) taken {
	s := taken{name: path.Join(dir, e.Name())}
	var data []byte
	if e.Type()&fs.ModeSymlink == 0 {
		info, err := e.Info()
		if s.failed = err; err == nil {
			data, s.failed = t.door.readIn(in, info)
		}
	} else {
		data, s.failed = t.linkedSource(s.name)
	}
	if s.failed == nil {
		data = source.LF(data) // CUE requires it, also within multi-line strings
		s.header = readHeader(s.name, data)
		s.needs = t.leftOut(s.header)
		s.unfit = unfit(s.name, data, s.header, of == forSpecs)
		s.data = t.snapshot.keep(data)
	}
	return s
}

// linkedSource reads the target of a link, which must be a CUE file itself: nothing else
// may become part of a package.
func (t *taking) linkedSource(name string) ([]byte, error) {
	real, info, err := t.door.Real(name)
	switch {
	case err != nil || path.Ext(real) != ".cue":
		return nil, ErrLink
	case !info.Mode().IsRegular():
		return nil, ErrIrregular
	}
	return t.door.readReal(real)
}

// linked records a link that is not a source file; it may lead to a folder.
func (t *taking) linked(v *visit, name string, of kind) {
	if LeavesOut(name) {
		return
	}
	real, info, err := t.door.Real(name)
	switch {
	case err != nil || of == forSpecs && info.IsDir() && leftOutIn(real):
		v.found = append(v.found, diag.Finding{
			Code: diag.LinkNotFollowed, Severity: diag.Warning, Position: diag.Position{File: name},
			Message: "not following this symbolic link, which does not lead to specs in the workspace",
			Hint:    "portspec reads only files in the workspace: move the target there, or start the link's name with a dot or an underscore if it is not for specs",
		})
	case info.IsDir():
		if v.links == nil {
			v.links = make(map[string]string)
		}
		v.links[name] = real
	}
}

// leftOutIn reports whether a path contains a folder that is skipped.
func leftOutIn(dir string) bool {
	for ; dir != "."; dir = path.Dir(dir) {
		if LeavesOut(dir) {
			return true
		}
	}
	return false
}

// hiddenIn reports whether a path contains a hidden element.
func hiddenIn(dir string) bool {
	return strings.HasPrefix(dir, ".") && dir != "." || strings.Contains(dir, "/.")
}

// leftOut lists the skipped folders of the workspace that a source file imports.
func (t *taking) leftOut(h Header) []string {
	var all []string
	for _, p := range h.Imports {
		dir, own := strings.CutPrefix(p, t.module+"/")
		if own && fs.ValidPath(dir) && leftOutIn(dir) && !hiddenIn(dir) && !strings.HasPrefix(dir, "cue.mod") {
			all = append(all, dir)
		}
	}
	return all
}

// take adds the contents of a folder to the snapshot.
func (t *taking) take(v visit, of kind) {
	s := t.snapshot
	s.addFolder(v.dir)
	s.Findings = append(s.Findings, v.found...)
	for link, real := range v.links {
		s.links[link] = real
	}
	for _, f := range v.sources {
		if of == forSpecs {
			s.Dirs = append(s.Dirs, "./"+v.dir)
		}
		if _, known := s.sources[f.name]; known { // in a replaced module inside the workspace
			continue
		}
		if f.failed != nil {
			s.Findings = append(s.Findings, Unreadable(f.name, f.failed))
			continue
		}
		s.Findings = append(s.Findings, f.unfit...)
		t.needed = append(t.needed, f.needs...)
		s.add(f.name, f.data)
		s.headers[f.name] = f.header
	}
}

func (t *taking) found(f diag.Finding) { t.snapshot.Findings = append(t.snapshot.Findings, f) }

func moduleBase(module string) string {
	base, _, _ := strings.Cut(module, "@")
	return base
}

// Package output writes, renames and deletes files for all commands, and no other
// package does. What it is told to write goes below a [Root], never through a
// link; an [Output] is a folder of generated files with the list of them.
package output

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/source"
)

// What happens to a file.
const (
	Missing = "missing"
	Changed = "changed"
	Surplus = "surplus"
	Edited  = "edited"
)

// A Change is one file that is out of date.
type Change struct {
	What string
	Path string // relative to the output folder
}

func (c Change) isEdit() bool { return c.What == Edited }

// An Output is a folder that files are generated into.
type Output struct {
	Dir     string    // trusted, as Below is not
	Below   string    // leads from there to the folder that is meant; "" for Dir itself
	Force   bool      // overwrite edits
	Log     io.Writer // where to say that another run is waited for
	Refused bool      // Write found edits and wrote nothing

	// Targets are those whose files are made, in folders of their names, and All
	// are the targets there are; others' files are left alone.
	Targets, All []string
	// Config is the name of the configuration that lists the outputs, in the
	// folder; "" for none. Others are where those outputs go that this run leaves
	// alone.
	Config string
	Others []string
	// Makes reports whether a target of today can make a file, which only then
	// counts where the list has it; nil for any. Ignored are the others, which are
	// left alone.
	Makes   func(name string) bool
	Ignored []string
	// Single is true for a folder in which one file alone is portspec's. There is
	// no list of it: the file itself says what portspec wrote.
	Single bool

	outs     []string // where the entries of the configuration go
	packages []goPart // what of the files is a package of Go in a shared folder
	pkg      bool     // the folder is that of one package

	root   *Root
	files  []*file // those that are made and those that were, by folder
	old    manifest
	onDisk []byte // what the manifest's file holds
}

// A file is what one is to hold, and what is the matter with it.
type file struct {
	path string // relative to the output folder
	dir  string // the folder of path
	made bool   // whether it is made now; else an earlier run made it
	data []byte // what it is to hold, without the seal
	hash string // of data, where the manifest is to have it
	what string // what happens to it; "" where it is as it should be
}

// Plan says what Write would do, and writes nothing.
func (o *Output) Plan(files []gen.File) (changes []Change, err error) {
	if err := checkFolder(filepath.Join(o.Dir, filepath.FromSlash(o.Below))); err != nil {
		return nil, err
	}
	o.root, err = openToRead(o.Dir, o.Below)
	if errors.Is(err, fs.ErrNotExist) {
		var all []Change
		for _, f := range files {
			all = append(all, Change{Missing, f.Path})
		}
		return all, nil
	}
	if err != nil {
		return nil, err
	}
	defer o.root.Close()
	if err := o.prepare(files, false); err != nil {
		return nil, err
	}
	changes = o.changes()
	if slices.ContainsFunc(changes, Change.isEdit) { // to be told first
		return changes, nil
	}
	return changes, o.compiles()
}

// Write makes the folder hold the files. Every file is replaced as a whole or
// not at all, and nothing is written where somebody's edits would be lost.
func (o *Output) Write(ctx context.Context, files []gen.File) (changes []Change, err error) {
	if err := checkFolder(filepath.Join(o.Dir, filepath.FromSlash(o.Below))); err != nil {
		return nil, err
	}
	if o.root, err = Open(ctx, o.Dir, o.Below, o.Log); err != nil {
		return nil, err
	}
	defer o.root.Close()
	if err := o.prepare(files, true); err != nil {
		return nil, err
	}
	changes = o.changes()
	edits := slices.DeleteFunc(slices.Clone(changes), func(c Change) bool { return !c.isEdit() })
	if len(edits) > 0 && !o.Force {
		o.Refused = true
		return edits, nil
	}
	if err := o.compiles(); err != nil {
		return nil, err
	}
	// A file that somebody edited and that is no longer made is theirs now.
	o.files = slices.DeleteFunc(o.files, func(f *file) bool { return f.what == Edited && !f.made })
	return o.changes(), o.apply()
}

// prepare finds out what happens to each file.
func (o *Output) prepare(files []gen.File, hashes bool) error {
	if err := o.readManifest(); err != nil {
		return err
	}
	if err := o.take(files); err != nil {
		return err
	}
	return o.compare(hashes)
}

// take notes what the files are to hold, and which others an earlier run made.
func (o *Output) take(files []gen.File) error {
	made := make(map[string]*file, len(files))
	folded := make(map[string]string, len(files))
	for _, f := range files {
		if err := checkName(f.Path); err != nil {
			return o.root.failed(err)
		}
		key := strings.ToLower(f.Path)
		if other, twice := folded[key]; twice && other != f.Path {
			return o.root.failed(fmt.Errorf("%s and %s differ in case only, which some disks do not tell apart; rename one of what they are of", other, f.Path))
		}
		folded[key] = f.Path
		made[f.Path] = &file{path: f.Path, dir: path.Dir(f.Path), made: true, data: f.Data}
	}
	o.files = slices.Collect(maps.Values(made))
	for name := range o.old.Files {
		if made[name] == nil && o.concerns(name) {
			o.files = append(o.files, &file{path: name, dir: path.Dir(name)})
		}
	}
	slices.SortFunc(o.files, func(a, b *file) int {
		return cmp.Or(strings.Compare(a.dir, b.dir), strings.Compare(a.path, b.path))
	})
	return nil
}

// compare finds out what happens to each file. Hashes are of files that are made and
// that no seal proves, and only a manifest to write needs them.
func (o *Output) compare(hashes bool) error {
	return o.each(o.files, false, func(d *folder, f *file) error {
		if hashes && f.made && !gen.CanSeal(f.path) {
			f.hash = Hash(f.data)
		}
		held, err := d.read(path.Base(f.path))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			if f.made {
				f.what = Missing
			}
		case errors.Is(err, errNoFile):
			f.what = Edited
		case err != nil:
			return err
		case f.made && bytes.Equal(source.LF(held), source.LF(gen.Seal(f.path, f.data))):
		case !o.wrote(f.path, held):
			f.what = Edited
		case f.made:
			f.what = Changed
		default:
			f.what = Surplus
		}
		return nil
	})
}

// changes are the files to which something happens, in the order of their paths.
func (o *Output) changes() []Change {
	var all []Change
	for _, f := range o.files {
		if f.what != "" {
			all = append(all, Change{f.what, f.path})
		}
	}
	slices.SortFunc(all, func(a, b Change) int { return strings.Compare(a.Path, b.Path) })
	return all
}

// concerns reports whether a file that an earlier run made is this run's to
// delete: it belongs to one of the targets, or to none that there is.
func (o *Output) concerns(name string) bool {
	switch {
	case o.Config != "":
		return len(o.Others) == 0 || deepest(name, o.outs) > deepest(name, o.Others)
	case o.pkg:
		return path.Dir(name) == "." || strings.HasPrefix(name, "sites/")
	}
	folder, _, _ := strings.Cut(name, "/")
	return slices.Contains(o.Targets, folder) || !slices.Contains(o.All, folder)
}

// deepest is how long the path of the innermost folder is that holds a file; -1
// where none does.
func deepest(name string, folders []string) int {
	best := -1
	for _, dir := range folders {
		if dir == "." || name == dir || strings.HasPrefix(name, dir+"/") {
			best = max(best, len(dir))
		}
	}
	return best
}

// wrote reports whether portspec wrote what a file holds. The list does not prove it, as it
// comes with the repository: the file has to. Only a table has no place for a seal, and
// needs the columns of one and a hash that is listed.
func (o *Output) wrote(name string, data []byte) bool {
	if gen.CanSeal(name) {
		return gen.Sealed(name, data)
	}
	return gen.IsTable(name, data) && slices.Contains(o.old.Files[name], Hash(data))
}

// Hash is how the content of a file is told from others, whatever ends its lines.
func Hash(data []byte) string {
	sum := sha256.Sum256(source.LF(data))
	return hex.EncodeToString(sum[:])
}

// apply writes and deletes. Whatever a file holds at any moment, its seal or the
// manifest on disk proves that portspec wrote it.
func (o *Output) apply() error {
	after := manifest{Version: 1, Config: o.Config, Files: make(map[string][]string, len(o.files))}
	for name, hashes := range o.old.Files {
		if !o.concerns(name) {
			after.Files[name] = hashes
		}
	}
	var gone, written []*file
	for _, f := range o.files {
		if f.made {
			after.Files[f.path] = []string{}
			if f.hash != "" {
				after.Files[f.path] = []string{f.hash}
			}
		}
		switch {
		case f.what == Surplus:
			gone = append(gone, f)
		case f.what != "":
			written = append(written, f)
		}
	}
	if len(gone)+len(written) > 0 {
		if err := o.clean(); err != nil {
			return err
		}
		if err := o.writeManifest(o.old.and(after)); err != nil {
			return err
		}
	}
	// What goes makes room first: a folder may come where a file was, or a name
	// that differs from another in case only.
	err := o.each(gone, false, func(d *folder, f *file) error { return d.root.Remove(path.Base(f.path)) })
	if err != nil {
		return err
	}
	for _, f := range slices.Backward(gone) { // what lies deeper first
		o.root.removeEmpty(f.dir)
	}
	err = o.each(written, true, func(d *folder, f *file) error { return d.replace(path.Base(f.path), gen.Seal(f.path, f.data)) })
	if err != nil {
		return err
	}
	return o.writeManifest(after)
}

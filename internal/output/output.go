// Package output writes, renames and deletes files for all commands; no other package does.
// It writes below a [Root], never through a link. An [Output] is a folder of generated files
// with a manifest.
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

// States of a file.
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

// An Output is a folder to which files are generated.
type Output struct {
	Dir     string    // trusted, unlike Below
	Below   string    // path from Dir to the output folder; "" for Dir itself
	Force   bool      // overwrite edits
	Log     io.Writer // for the message about waiting for another run
	Refused bool      // Write found edits and wrote nothing

	// Targets are the generated targets, whose files are in folders with their names, and
	// All are all targets. Files of other targets are left alone.
	Targets, All []string
	// Config is the name of the configuration in the folder that lists the outputs; "" for
	// none. Others are the folders and files of its outputs that this run leaves alone.
	Config string
	Others []string
	// Makes reports whether a current target can make a file; nil means any. Other files in
	// the manifest are left alone and listed in Ignored.
	Makes   func(name string) bool
	Ignored []string
	// Single means that only one file in the folder is generated. There is no manifest: the
	// seal in the file shows that portspec wrote it.
	Single bool

	outs     []string // folders and files of the configuration's entries
	packages []goPart // parts of Go packages in folders with other files
	pkg      bool     // the folder is that of a single package

	root   *Root
	files  []*file // current and earlier files, by folder
	old    manifest
	onDisk []byte // contents of the manifest's file
}

// A file is a file of the output, with its new contents and state.
type file struct {
	path string // relative to the output folder
	dir  string // the folder of path
	made bool   // generated now; otherwise an earlier run generated it
	data []byte // new contents without the seal
	hash string // of data, if the manifest has to contain it
	what string // state; "" if it is up to date
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
	if slices.ContainsFunc(changes, Change.isEdit) { // edits are listed first
		return changes, nil
	}
	return changes, o.compiles()
}

// Write brings the folder up to date. Each file is replaced atomically, and nothing is
// written if that would overwrite edits, unless o.Force is set.
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
	// An edited file that is no longer generated now belongs to whoever edited it.
	o.files = slices.DeleteFunc(o.files, func(f *file) bool { return f.what == Edited && !f.made })
	return o.changes(), o.apply()
}

// prepare determines the state of each file.
func (o *Output) prepare(files []gen.File, hashes bool) error {
	if err := o.readManifest(); err != nil {
		return err
	}
	if err := o.take(files); err != nil {
		return err
	}
	return o.compare(hashes)
}

// take records the new contents of files, and the other files that an earlier run generated.
func (o *Output) take(files []gen.File) error {
	made := make(map[string]*file, len(files))
	folded := make(map[string]string, len(files))
	for _, f := range files {
		if err := checkName(f.Path); err != nil {
			return o.root.failed(err)
		}
		key := strings.ToLower(f.Path)
		if other, twice := folded[key]; twice && other != f.Path {
			return o.root.failed(fmt.Errorf("%s and %s differ only in case, so they are the same file on some systems; rename one of the things they are named after", other, f.Path))
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

// compare compares the files with those on disk and sets their states. With hashes, it also
// computes the hashes of generated files without a seal, for a manifest that will be written.
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

// changes returns the files that are not up to date, sorted by path.
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

// concerns reports whether this run may delete a file that an earlier run generated: it
// belongs to one of the run's targets, or to none that exists.
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

// deepest returns the length of the path of the innermost folder that contains a file; -1 if
// none does.
func deepest(name string, folders []string) int {
	best := -1
	for _, dir := range folders {
		if dir == "." || name == dir || strings.HasPrefix(name, dir+"/") {
			best = max(best, len(dir))
		}
	}
	return best
}

// wrote reports whether portspec wrote a file's contents. The manifest is no proof, since it
// comes with the repository; the file itself must have a valid seal. A table, which cannot
// have one, must have the right columns and a listed hash.
func (o *Output) wrote(name string, data []byte) bool {
	if gen.CanSeal(name) {
		return gen.Sealed(name, data)
	}
	return gen.IsTable(name, data) && slices.Contains(o.old.Files[name], Hash(data))
}

// Hash returns the hash of a file's contents, ignoring differences in line endings.
func Hash(data []byte) string {
	sum := sha256.Sum256(source.LF(data))
	return hex.EncodeToString(sum[:])
}

// apply writes and deletes files. At any moment, each file's seal or the manifest on disk
// proves that portspec wrote it.
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
	// Files are deleted first, because a folder may replace a file, or a new name may differ
	// only in case from an old one.
	err := o.each(gone, false, func(d *folder, f *file) error { return d.root.Remove(path.Base(f.path)) })
	if err != nil {
		return err
	}
	for _, f := range slices.Backward(gone) { // deeper ones first
		o.root.removeEmpty(f.dir)
	}
	err = o.each(written, true, func(d *folder, f *file) error { return d.replace(path.Base(f.path), gen.Seal(f.path, f.data)) })
	if err != nil {
		return err
	}
	return o.writeManifest(after)
}

package cli

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
	"os"
	"path"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/golang"
)

// What happens to a file.
const (
	missing = "missing"
	changed = "changed"
	surplus = "surplus"
	edited  = "edited"
)

// A change is one file that is not as the specs say.
type change struct {
	what string
	path string // relative to the output folder
}

func (c change) isEdit() bool { return c.what == edited }

// An output is a folder that files are generated into.
type output struct {
	dir     string
	force   bool
	targets []target // whose files are made; others' are left alone
	// owns reports whether a file that is no longer made is this run's to
	// delete, where files do not lie in folders of their targets; folders are
	// then those that the run writes to.
	owns    func(name string) bool
	folders []string
	shared  []string // folders of the run that hold somebody else's files too
	// packages are what of the files is a package of Go in a shared folder.
	packages []goPart
	list     string // the manifest's name; "" for the usual one
	config   string // the name of the configuration that lists the files; "" for none
	ctx      context.Context
	log      io.Writer // where to say that another run is waited for

	root    *os.Root
	files   []*file // those that are made and those that were, by folder
	old     manifest
	onDisk  []byte // what the manifest's file holds
	refused bool   // write found edits and wrote nothing
}

// A file is what one is to hold, and what is the matter with it.
type file struct {
	path string // relative to the output folder
	dir  string // the folder of path
	made bool   // whether it is made now; else an earlier run made it
	data []byte // what it is to hold
	hash string // of data, where it is to be written
	what string // what happens to it; "" where it is as it should be
}

// plan says what write would do, and writes nothing.
func (o *output) plan(files []gen.File) ([]change, error) {
	root, err := os.OpenRoot(o.dir)
	if errors.Is(err, fs.ErrNotExist) {
		var all []change
		for _, f := range files {
			all = append(all, change{missing, f.Path})
		}
		return all, nil
	}
	if err != nil {
		return nil, o.failed(err)
	}
	defer root.Close()
	o.root = root
	if err := o.readManifest(); err != nil {
		return nil, err
	}
	o.take(files)
	if err := o.compare(false); err != nil {
		return nil, err
	}
	changes := o.changes()
	if slices.ContainsFunc(changes, change.isEdit) { // to be told first
		return changes, nil
	}
	return changes, o.compiles()
}

// write makes the folder hold the files. Every file is replaced as a whole or
// not at all, and nothing is written where somebody's edits would be lost.
func (o *output) write(files []gen.File) ([]change, error) {
	if err := os.MkdirAll(o.dir, 0o777); err != nil {
		return nil, o.failed(err)
	}
	unlock, err := o.lock()
	if err != nil {
		return nil, err
	}
	defer unlock()
	// Below the root no symbolic link leads out of the folder.
	if o.root, err = os.OpenRoot(o.dir); err != nil {
		return nil, o.failed(err)
	}
	defer o.root.Close()
	if err := o.readManifest(); err != nil {
		return nil, err
	}
	o.take(files)
	if err := o.compare(true); err != nil {
		return nil, err
	}
	changes := o.changes()
	edits := slices.DeleteFunc(slices.Clone(changes), func(c change) bool { return !c.isEdit() })
	if len(edits) > 0 && !o.force {
		o.refused = true
		return edits, nil
	}
	if err := o.compiles(); err != nil {
		return nil, err
	}
	// A file that somebody edited and that is no longer made is theirs now.
	o.files = slices.DeleteFunc(o.files, func(f *file) bool { return f.what == edited && !f.made })
	return o.changes(), o.apply()
}

// take notes what the files are to hold, and which others an earlier run made.
func (o *output) take(files []gen.File) {
	made := make(map[string]*file, len(files))
	for _, f := range files {
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
}

// compare finds out what happens to each file. Hashes are of files that are made,
// and only a manifest to write needs them.
func (o *output) compare(hashes bool) error {
	return o.each(o.files, false, func(d *folder, f *file) error {
		if hashes && f.made {
			f.hash = hash(f.data)
		}
		held, err := d.read(path.Base(f.path))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			if f.made {
				f.what = missing
			}
		case errors.Is(err, errNoFile):
			f.what = edited
		case err != nil:
			return err
		case f.made && bytes.Equal(held, f.data):
		case !o.wrote(f.path, held):
			f.what = edited
		case f.made:
			f.what = changed
		default:
			f.what = surplus
		}
		return nil
	})
}

// changes are the files to which something happens, in the order of their paths.
func (o *output) changes() []change {
	var all []change
	for _, f := range o.files {
		if f.what != "" {
			all = append(all, change{f.what, f.path})
		}
	}
	slices.SortFunc(all, func(a, b change) int { return strings.Compare(a.path, b.path) })
	return all
}

// concerns reports whether a file belongs to one of the targets, or to none
// that there is.
func (o *output) concerns(name string) bool {
	if o.owns != nil {
		return o.owns(name)
	}
	folder, _, _ := strings.Cut(name, "/")
	return slices.ContainsFunc(o.targets, func(t target) bool { return t.name == folder }) ||
		!slices.Contains(targetNames(), folder)
}

// wrote reports whether portspec wrote what a file holds.
func (o *output) wrote(name string, data []byte) bool {
	return slices.Contains(o.old.Files[name], hash(data)) || isGoFile(name) && golang.Intact(data)
}

func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// apply writes and deletes. Whatever a file holds at any moment, the manifest
// on disk knows its hash.
func (o *output) apply() error {
	after := manifest{Version: 1, Config: o.config, Files: make(map[string][]string, len(o.files))}
	for name, hashes := range o.old.Files {
		if !o.concerns(name) {
			after.Files[name] = hashes
		}
	}
	var gone, written []*file
	for _, f := range o.files {
		if f.made {
			after.Files[f.path] = []string{f.hash}
		}
		switch {
		case f.what == surplus:
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
	if err := o.remove(gone); err != nil {
		return err
	}
	err := o.each(written, true, func(d *folder, f *file) error { return d.replace(path.Base(f.path), f.data) })
	if err != nil {
		return err
	}
	return o.writeManifest(after)
}

// failed says which folder could not be written to or read.
func (o *output) failed(err error) error {
	return fmt.Errorf("folder %s: %w", o.dir, err)
}

// failedAt is that for a file, whose error names it within its own folder only.
func (o *output) failedAt(name string, err error) error {
	var of *fs.PathError
	var two *os.LinkError
	switch {
	case errors.As(err, &of):
		err = fmt.Errorf("%s %s: %w", of.Op, name, of.Err)
	case errors.As(err, &two):
		err = fmt.Errorf("%s %s: %w", two.Op, name, two.Err)
	default:
		err = fmt.Errorf("%s: %w", name, err)
	}
	return o.failed(err)
}

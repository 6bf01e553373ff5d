// Package output writes, renames and deletes files for all commands; no other package does.
// It writes below a [Root], never through a link. An [Output] is a folder of generated files
// with a manifest.
package output

import (
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// A State is the state of a file. The zero value means that it is up to date.
type State uint8

// States of files that are out of date.
const (
	Missing State = iota + 1
	Changed
	Surplus
	Edited
)

// String implements [fmt.Stringer].
func (s State) String() string {
	return [...]string{"up to date", "missing", "changed", "surplus", "edited"}[s]
}

// A Change is one file that is out of date.
type Change struct {
	What State
	Path string // relative to the output folder
}

func (c Change) isEdit() bool { return c.What == Edited }

// An Output is a folder to which files are generated. Between Begin and Close, Add takes files
// as they are made, and End writes those that differ from what is on disk, or nothing.
type Output struct {
	Dir     string    // trusted, unlike Below
	Below   string    // path from Dir to the output folder; "" for Dir itself
	Force   bool      // overwrite edits
	Log     io.Writer // for the message about waiting for another run
	Refused bool      // End found edits and wrote nothing

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

	// Check means that nothing is written: End only reports what it would change.
	Check bool
	// Most is the maximum size of the contents to write, in bytes; 0 for no limit.
	Most int64

	outs     []string  // folders and files of the configuration's entries
	packages []*goPart // parts of Go packages in folders with other files
	pkg      bool      // the folder is that of a single package
	// single means that only one file in the folder is generated. There is no manifest: the
	// seal in the file shows that portspec wrote it.
	single bool

	root   *Root               // nil if the folder does not exist
	old    manifest            // what earlier runs generated
	onDisk []byte              // contents of the manifest's file
	listed map[string][]string // the files in it, if this run wrote it

	mu      sync.Mutex
	made    register
	checked map[string]bool  // folders whose names are known to be valid
	faults  map[string]error // by path
	workers []*worker        // those that are not in use
	pending pending
	aside   map[string]string // temporary folders, by the new folder that each becomes
	files   []*file           // those that were added and those of earlier runs, by folder
}

// A file is a file of the output, with its state.
type file struct {
	path string // relative to the output folder
	dir  string // the folder of path
	made bool   // generated now; otherwise an earlier run generated it
	hash string // of the new contents, if the manifest has to contain it
	entry
}

// Begin opens the folder, to which files are then added. Unless nothing is to be written, it
// waits for other runs that write to the folder, and other runs wait until Close.
func (o *Output) Begin(ctx context.Context) error {
	if err := checkFolder(o.path()); err != nil {
		return err
	}
	o.checked, o.faults = make(map[string]bool), make(map[string]error)
	root, err := openToRead(o.Dir, o.Below)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	o.root = root
	if !o.Check {
		if root.unlock, err = lock(ctx, root.dir, o.Log); err != nil {
			return err
		}
	}
	return o.readManifest()
}

func (o *Output) path() string { return filepath.Join(o.Dir, filepath.FromSlash(o.Below)) }

// Close releases the folder. Unless End was called before, nothing was written.
func (o *Output) Close() {
	for _, w := range o.workers {
		w.close()
	}
	o.workers = nil
	o.pending.close()
	o.made.close()
	if o.root != nil {
		o.root.Close()
		o.root = nil
	}
}

// Len returns the number of files that were added.
func (o *Output) Len() int { return o.made.n }

// End brings the folder up to date, after all files were added, and returns what has changed
// or, if o.Check is set, what would change. Each file is replaced atomically, and nothing is
// written if that would overwrite edits, unless o.Force is set.
func (o *Output) End(ctx context.Context) ([]Change, error) {
	if len(o.faults) > 0 {
		return nil, o.failed(o.faults[slices.Min(slices.Collect(maps.Keys(o.faults)))])
	}
	if o.root == nil && !o.Check {
		root, err := Open(ctx, o.Dir, o.Below, o.Log)
		if err != nil {
			return nil, err
		}
		o.root = root
		if err := o.readManifest(); err != nil {
			return nil, err
		}
	}
	if err := o.collect(); err != nil {
		return nil, err
	}
	if err := o.reexamine(); err != nil {
		return nil, err
	}
	changes := o.changes()
	edits := slices.DeleteFunc(slices.Clone(changes), func(c Change) bool { return !c.isEdit() })
	switch {
	case o.Check && len(edits) > 0: // edits are reported first
		return changes, nil
	case o.Check:
		return changes, o.compiles()
	case len(edits) > 0 && !o.Force:
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

// collect lists all files: those that were added, and those that an earlier run generated, with
// their states.
func (o *Output) collect() error {
	var earlier []*file
	for name := range o.old.Files {
		if !o.made.has(name) && o.concerns(name) {
			earlier = append(earlier, &file{path: name, dir: path.Dir(name)})
		}
	}
	byFolder := func(a, b *file) int { return cmp.Or(strings.Compare(a.dir, b.dir), strings.Compare(a.path, b.path)) }
	slices.SortFunc(earlier, byFolder)
	o.files = o.made.files()
	slices.SortFunc(o.files, byFolder)
	if len(earlier) == 0 {
		return nil
	}
	o.files = append(o.files, earlier...)
	slices.SortFunc(o.files, byFolder)
	return o.each(earlier, false, func(d *folder, f *file) error {
		held, err := d.read(path.Base(f.path))
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case errors.Is(err, errNoFile):
			f.what = Edited
		case err != nil:
			return err
		case !o.wrote(f.path, held):
			f.what = Edited
		default:
			f.what = Surplus
		}
		return nil
	})
}

// reexamine examines once more those files to be replaced that have changed since they were
// added, which may be long ago.
func (o *Output) reexamine() error {
	if o.Check {
		return nil
	}
	replaced := slices.DeleteFunc(slices.Clone(o.files), func(f *file) bool { return !f.made || f.what == 0 })
	return o.each(replaced, false, func(d *folder, f *file) error {
		now, err := d.stamp(path.Base(f.path))
		if err != nil || now == f.seen {
			return err
		}
		var buffer []byte
		sealed, err := o.pending.get(f.new, &buffer)
		if err != nil {
			return err
		}
		return o.examine(d, f, nil, sealed)
	})
}

// failed adds the folder to an error.
func (o *Output) failed(err error) error { return (&Root{dir: o.path()}).failed(err) }

// failedAt is like failed, for a file.
func (o *Output) failedAt(name string, err error) error {
	return (&Root{dir: o.path()}).failedAt(name, err)
}

// changes returns the files that are not up to date, sorted by path.
func (o *Output) changes() []Change {
	var all []Change
	for _, f := range o.files {
		if f.what != 0 {
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
		case f.what != 0:
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
	if err = o.prepareAside(written); err == nil {
		err = o.each(written, true, func(d *folder, f *file) error {
			data, err := o.pending.get(f.new, &d.held)
			switch {
			case err != nil:
				return err
			case o.aside[f.dir] != "":
				return d.create(path.Base(f.path), data, 0o666)
			}
			return d.replace(path.Base(f.path), data)
		})
	}
	if err = o.moveAside(err); err != nil {
		return err
	}
	return o.writeManifest(after)
}

package cli

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
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
	ctx     context.Context
	log     io.Writer // where to say that another run is waited for

	root    *os.Root
	made    map[string][]byte // what the files are to hold, by path
	old     manifest
	refused bool // write found edits and wrote nothing
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
	return o.compare()
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
	changes, err := o.compare()
	if err != nil {
		return nil, err
	}
	edits := slices.DeleteFunc(slices.Clone(changes), func(c change) bool { return c.what != edited })
	if len(edits) > 0 && !o.force {
		o.refused = true
		return edits, nil
	}
	// A file that somebody edited and that is no longer made is theirs now.
	changes = slices.DeleteFunc(changes, func(c change) bool { return c.what == edited && !o.makes(c.path) })
	return changes, o.apply(changes)
}

// take notes what the files are to hold.
func (o *output) take(files []gen.File) {
	o.made = make(map[string][]byte, len(files))
	for _, f := range files {
		o.made[f.Path] = f.Data
	}
}

func (o *output) makes(name string) bool {
	_, ok := o.made[name]
	return ok
}

// compare finds the files that are not as they should be.
func (o *output) compare() ([]change, error) {
	names := slices.Collect(maps.Keys(o.made))
	for name := range o.old.Files {
		if !o.makes(name) && o.concerns(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var all []change
	for _, name := range names {
		data, err := o.read(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			if o.makes(name) {
				all = append(all, change{missing, name})
			}
		case errors.Is(err, errNoFile):
			all = append(all, change{edited, name})
		case err != nil:
			return nil, o.failed(err)
		case o.makes(name) && bytes.Equal(data, o.made[name]):
		case !o.wrote(name, data):
			all = append(all, change{edited, name})
		case o.makes(name):
			all = append(all, change{changed, name})
		default:
			all = append(all, change{surplus, name})
		}
	}
	return all, nil
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
func (o *output) apply(changes []change) error {
	after := manifest{Version: 1, Files: make(map[string][]string)}
	for name, hashes := range o.old.Files {
		if !o.concerns(name) {
			after.Files[name] = hashes
		}
	}
	for name, data := range o.made {
		after.Files[name] = []string{hash(data)}
	}
	if len(changes) > 0 {
		during := manifest{Version: 1, Files: make(map[string][]string)}
		for _, m := range []manifest{o.old, after} {
			for name, hashes := range m.Files {
				for _, h := range hashes {
					if !slices.Contains(during.Files[name], h) {
						during.Files[name] = append(during.Files[name], h)
					}
				}
			}
		}
		if err := o.clean(); err != nil {
			return err
		}
		if err := o.writeManifest(during); err != nil {
			return err
		}
	}
	for _, c := range changes {
		var err error
		if c.what == surplus {
			err = o.remove(c.path)
		} else {
			err = o.replace(c.path, o.made[c.path])
		}
		if err != nil {
			return err
		}
	}
	return o.writeManifest(after)
}

// failed says which folder could not be written to or read.
func (o *output) failed(err error) error {
	return fmt.Errorf("folder %s: %w", o.dir, err)
}

package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
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
	ctx     context.Context
	log     io.Writer // where to say that another run is waited for

	root    *os.Root
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
	return o.compare(files)
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
	changes, err := o.compare(files)
	if err != nil {
		return nil, err
	}
	edits := slices.DeleteFunc(slices.Clone(changes), func(c change) bool { return c.what != edited })
	if len(edits) > 0 && !o.force {
		o.refused = true
		return edits, nil
	}
	// A file that somebody edited and that is no longer made is theirs now.
	changes = slices.DeleteFunc(changes, func(c change) bool { return c.what == edited && !made(files, c.path) })
	return changes, o.apply(files, changes)
}

// compare finds the files that are not as they should be.
func (o *output) compare(files []gen.File) ([]change, error) {
	var all []change
	for _, f := range files {
		data, err := o.read(f.Path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			all = append(all, change{missing, f.Path})
		case errors.Is(err, errNoFile):
			all = append(all, change{edited, f.Path})
		case err != nil:
			return nil, o.failed(err)
		case string(data) == string(f.Data):
		case o.wrote(f.Path, data):
			all = append(all, change{changed, f.Path})
		default:
			all = append(all, change{edited, f.Path})
		}
	}
	for name := range o.old.Files {
		if made(files, name) || !o.concerns(name) {
			continue
		}
		data, err := o.read(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case errors.Is(err, errNoFile):
			all = append(all, change{edited, name})
		case err != nil:
			return nil, o.failed(err)
		case o.wrote(name, data):
			all = append(all, change{surplus, name})
		default:
			all = append(all, change{edited, name})
		}
	}
	slices.SortFunc(all, func(a, b change) int { return strings.Compare(a.path, b.path) })
	return all, nil
}

// concerns reports whether a file belongs to one of the targets, or to none
// that there is.
func (o *output) concerns(name string) bool {
	folder, _, _ := strings.Cut(name, "/")
	return slices.ContainsFunc(o.targets, func(t target) bool { return t.name == folder }) ||
		!slices.Contains(targetNames(), folder)
}

func made(files []gen.File, name string) bool {
	return slices.ContainsFunc(files, func(f gen.File) bool { return f.Path == name })
}

// wrote reports whether portspec wrote what a file holds.
func (o *output) wrote(name string, data []byte) bool {
	return slices.Contains(o.old.Files[name], hash(data))
}

func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// apply writes and deletes. Whatever a file holds at any moment, the manifest
// on disk knows its hash.
func (o *output) apply(files []gen.File, changes []change) error {
	after := manifest{Version: 1, Files: make(map[string][]string)}
	for name, hashes := range o.old.Files {
		if !o.concerns(name) {
			after.Files[name] = hashes
		}
	}
	for _, f := range files {
		after.Files[f.Path] = []string{hash(f.Data)}
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
		i := slices.IndexFunc(files, func(f gen.File) bool { return f.Path == c.path })
		var err error
		switch {
		case i >= 0:
			err = o.replace(c.path, files[i].Data)
		case c.what == surplus:
			err = o.remove(c.path)
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

package output

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/maphash"
	"io/fs"
	"path"
	"slices"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/parallel"
	"github.com/portspec/portspec/internal/source"
)

// Add adds files. It compares their new contents with those on disk, and keeps only those
// that differ. Several goroutines may call it.
func (o *Output) Add(files ...gen.File) error {
	parts := slices.Collect(slices.Chunk(files, 64)) // enough work for a core
	failed := make([]error, len(parts))
	parallel.Do(len(parts), func(i int) { failed[i] = o.add(parts[i]) })
	for _, err := range failed {
		if err != nil {
			return err
		}
	}
	return nil
}

func (o *Output) add(files []gen.File) error {
	w := o.worker()
	defer o.rest(w)
	for _, added := range files {
		n, isNew := o.register(added)
		if !isNew {
			continue
		}
		f := newFile(added.Path)
		if err := w.enter(o, f.dir); err != nil {
			return err
		}
		if err := o.compare(w, f, added.Data); err != nil {
			return o.failedAt(f.path, err)
		}
		o.mu.Lock()
		o.made.set(n, f)
		o.mu.Unlock()
	}
	return nil
}

// register records a file and returns its number. It returns false if the file cannot be
// written, or was added before.
func (o *Output) register(added gen.File) (n uint32, isNew bool) {
	name, sum := added.Path, maphash.Bytes(seed, added.Data)
	o.mu.Lock()
	defer o.mu.Unlock()
	if dir := path.Dir(name); !o.checked[dir] || checkPart(path.Base(name)) != nil {
		if err := checkName(name); err != nil {
			o.faults[name] = err
			return 0, false
		}
		o.checked[dir] = true
	}
	n, isNew = o.made.add(name, sum)
	if isNew {
		if part := o.partOf(name); part != nil {
			part.files = append(part.files, added)
		}
		return n, true
	}
	switch other := o.made.path(n); {
	case other != name:
		first, second := min(other, name), max(other, name)
		o.faults[second] = fmt.Errorf("%s and %s differ only in case, so they are the same file on some systems; rename one of the things they are named after", first, second)
	case o.made.entries[n].sum != sum:
		o.faults[name] = fmt.Errorf("%s would be written twice, with different contents; rename one of the things it is named after", name)
	}
	return 0, false
}

var seed = maphash.MakeSeed()

// compare sets the state of an added file, whose folder the worker has entered.
func (o *Output) compare(w *worker, f *file, data []byte) error {
	if !o.Check && !gen.CanSeal(f.path) {
		f.hash = Hash(data)
	}
	head, rest := gen.SealedParts(f.path, data)
	err := o.examine(&w.folder, f, head, rest)
	if err == nil && f.what != 0 && !o.Check {
		f.new, err = o.pending.put(head, rest)
	}
	return err
}

// examine sets the state of an added file, whose contents are in two parts.
func (o *Output) examine(d *folder, f *file, head, rest []byte) error {
	held, err := d.read(path.Base(f.path))
	f.seen = d.seen
	switch {
	case errors.Is(err, fs.ErrNotExist):
		f.what = Missing
	case errors.Is(err, errNoFile):
		f.what = Edited
	case err != nil:
		return err
	case same(held, head, rest):
		f.what = 0
	case !o.wrote(f.path, held):
		f.what = Edited
	default:
		f.what = Changed
	}
	return nil
}

// same reports whether contents are the same as those in two parts, the first of which consists
// of lines, except for line ends.
func same(held, head, rest []byte) bool {
	after, ok := bytes.CutPrefix(source.LF(held), source.LF(head))
	return ok && bytes.Equal(after, source.LF(rest))
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

package output

import (
	"path"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/spool"
)

// A register lists the files that were added. A large catalogue has a hundred thousand, so most
// of their paths are in a temporary file, and each entry takes a few bytes.
type register struct {
	n       int
	keys    gen.Dictionary    // paths, in lower case because some systems ignore case
	written map[uint32]string // paths that are not in lower case
	hashes  map[uint32]string // of new contents, where the manifest has to contain them
	entries []entry
	spool   spool.Spool
}

// An entry is the state of a file.
type entry struct {
	sum  uint64 // of the new contents, to compare them if the file is added again
	new  piece  // the new contents, if they have to be written
	seen stamp  // what was on disk
	what State
}

// newFile returns a file that this run generates.
func newFile(name string) *file { return &file{path: name, dir: path.Dir(name), made: true} }

// add adds a path with the hash of the file's contents, and returns its number. If a path that
// differs only in case was added before, add returns the number of that path, and false.
func (r *register) add(name string, sum uint64) (n uint32, isNew bool) {
	r.keys.Spool = &r.spool
	key := strings.ToLower(name)
	n = r.keys.Add(key)
	if int(n) < r.n {
		return n, false
	}
	r.n++
	r.entries = append(r.entries, entry{sum: sum})
	if key != name {
		if r.written == nil {
			r.written = make(map[uint32]string)
		}
		r.written[n] = name
	}
	return n, true
}

// set sets the state of an added file.
func (r *register) set(n uint32, f *file) {
	f.sum = r.entries[n].sum
	r.entries[n] = f.entry
	if f.hash != "" {
		if r.hashes == nil {
			r.hashes = make(map[uint32]string)
		}
		r.hashes[n] = f.hash
	}
}

// path returns the path of a file.
func (r *register) path(n uint32) string {
	if name, ok := r.written[n]; ok {
		return name
	}
	return string(r.keys.At(int(n)))
}

// has reports whether a file was added.
func (r *register) has(name string) bool {
	n, ok := r.keys.Find(strings.ToLower(name))
	return ok && r.path(n) == name
}

// files returns all files.
func (r *register) files() []*file {
	all := make([]*file, r.n)
	for n := range all {
		f := newFile(r.path(uint32(n)))
		f.entry, f.hash = r.entries[n], r.hashes[uint32(n)]
		all[n] = f
	}
	return all
}

// close forgets all files except how many there were.
func (r *register) close() {
	r.spool.Close()
	*r = register{n: r.n}
}

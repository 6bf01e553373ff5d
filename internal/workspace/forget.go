package workspace

import (
	"hash/maphash"

	"github.com/portspec/portspec/internal/source"
)

var seed = maphash.MakeSeed()

// Forget releases the contents of the files, which are most of the memory that a large
// workspace takes, after it was evaluated. To quote a line, a file is read again. If it has
// changed since, it counts as missing. Forget does nothing if the workspace is not on disk.
func (s *Snapshot) Forget() {
	if s.again == nil || s.forgotten != nil {
		return
	}
	s.forgotten = make(map[string]uint64, len(s.sources))
	for name, data := range s.sources {
		s.forgotten[name] = maphash.Bytes(seed, data)
		s.sources[name] = nil
	}
	s.headers = nil
}

// source returns the contents of a file of the workspace; false if there is none.
func (s *Snapshot) source(name string) ([]byte, bool) {
	data, ok := s.sources[name]
	if !ok || s.forgotten == nil {
		return data, ok
	}
	door, err := s.again()
	if err != nil {
		return nil, false
	}
	defer door.Close()
	if data, err = door.ReadFile(name); err != nil {
		return nil, false
	}
	data = source.LF(data)
	if maphash.Bytes(seed, data) != s.forgotten[name] {
		return nil, false
	}
	return data, true
}

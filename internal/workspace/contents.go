package workspace

// contents are the contents of a file of a snapshot.
type contents struct {
	data []byte // nil if they are in the spool
	at   int64  // place in the spool
	size int
}

// maxInMemory is the maximum size of the files that a snapshot keeps in memory, in bytes. The
// files of a large workspace would be most of the memory that loading takes, although each is
// needed only two or three times.
const maxInMemory = 2 << 20

// keep returns data as contents. The data must not be changed afterwards. Several goroutines
// may call it.
func (s *Snapshot) keep(data []byte) contents {
	c := contents{data: data, size: len(data)}
	if s.size.Add(int64(c.size)) > maxInMemory {
		c.at, c.data = s.spool.Put(data), nil
	}
	return c
}

// source returns the contents of a file of the workspace; false if there is none.
func (s *Snapshot) source(name string) ([]byte, bool) {
	c, ok := s.sources[name]
	if !ok || c.data != nil || c.size == 0 {
		return c.data, ok
	}
	data := make([]byte, c.size)
	if err := s.spool.Get(c.at, data); err != nil {
		panic(err) // this process has written it, and no other can reach it
	}
	return data, true
}

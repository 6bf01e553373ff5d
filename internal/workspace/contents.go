package workspace

// Contents are those of a file of a snapshot.
type contents struct {
	data []byte // nil if they are in the spool
	at   int64  // there
	size int
}

// maxInMemory is the size of the files that a snapshot has in memory, in bytes. All files of a
// large workspace are most of what loading takes, although each is needed only two or three times.
const maxInMemory = 2 << 20

// keep returns contents, which must not be changed then. Several goroutines may call it.
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

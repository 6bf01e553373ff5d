package spool

import (
	"iter"
	"slices"
)

// A Stream is data that grows at its end. Without a spool, all of it is in memory; otherwise only
// its beginning and its end are.
type Stream struct {
	Spool *Spool

	head   []byte  // the first chunk, which contains the texts that are read most often
	chunks []chunk // in the spool
	start  int     // of the tail
	tail   []byte
	last   []byte // the chunk that was read last, with its number
	number int
}

// A chunk is a part of a stream.
type chunk struct {
	start int   // in the stream
	at    int64 // in the spool
}

// chunkSize is the size of most chunks. Each stream has up to three of them in memory.
const chunkSize = 4 << 10

// Len returns the size of the data.
func (s *Stream) Len() int { return s.start + len(s.tail) }

// Append adds a piece. [Stream.Chunks] never divides it.
func (s *Stream) Append(piece []byte) {
	if s.Spool != nil && len(s.tail) > 0 && len(s.tail)+len(piece) > chunkSize {
		start := s.start
		s.start += len(s.tail)
		if start == 0 {
			s.head, s.tail = s.tail, nil
		} else {
			s.chunks = append(s.chunks, chunk{start, s.Spool.Put(s.tail)})
			s.tail = s.tail[:0]
		}
	}
	s.tail = append(s.tail, piece...)
}

// Piece returns a piece that was added, which must not be changed. It is valid until the next
// call of a method.
func (s *Stream) Piece(from, to int) []byte {
	switch {
	case from >= s.start:
		return s.tail[from-s.start : to-s.start]
	case to <= len(s.head):
		return s.head[from:to]
	}
	n, exact := slices.BinarySearchFunc(s.chunks, from, func(c chunk, at int) int { return c.start - at })
	if !exact {
		n--
	}
	start := s.chunks[n].start
	return s.read(n)[from-start : to-start]
}

// read returns a chunk of the spool.
func (s *Stream) read(n int) []byte {
	if s.last != nil && s.number == n {
		return s.last
	}
	end := s.start
	if n+1 < len(s.chunks) {
		end = s.chunks[n+1].start
	}
	s.last, s.number = slices.Grow(s.last[:0], end-s.chunks[n].start)[:end-s.chunks[n].start], n
	if err := s.Spool.Get(s.chunks[n].at, s.last); err != nil {
		panic(err) // this process has written it, and no other can reach it
	}
	return s.last
}

// Chunks returns all data in parts, each of which is valid until the next.
func (s *Stream) Chunks() iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		if !yield(s.head) {
			return
		}
		for n := range s.chunks {
			if !yield(s.read(n)) {
				return
			}
		}
		yield(s.tail)
	}
}

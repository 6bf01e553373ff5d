package explorer

import (
	"encoding/binary"
	"iter"
)

// A series is a list of numbers in few bytes: most are small, and many are repeated.
//
//	7 7 7 8  →  7·2+1 3, 8·2  as unsigned varints
type series struct {
	done   []byte // all runs but the last
	number uint32 // of the last run
	times  int    // how long the last run is; 0 if there is none
	rows   int
	runs   int
}

// add adds a number several times.
func (s *series) add(number uint32, times int) {
	s.rows += times
	if s.times > 0 && s.number == number {
		s.times += times
		return
	}
	s.done = s.encoded(s.done)
	s.number, s.times = number, times
	s.runs++
}

// encoded appends the last run to what is before it.
func (s *series) encoded(before []byte) []byte {
	switch s.times {
	case 0:
		return before
	case 1:
		return binary.AppendUvarint(before, uint64(s.number)<<1)
	}
	return binary.AppendUvarint(binary.AppendUvarint(before, uint64(s.number)<<1|1), uint64(s.times))
}

// all returns the numbers, and how often each comes in succession.
func (s *series) all() iter.Seq2[uint32, int] {
	return func(yield func(uint32, int) bool) {
		for rest := s.done; len(rest) > 0; {
			code, n := binary.Uvarint(rest)
			rest = rest[n:]
			times := uint64(1)
			if code&1 == 1 {
				times, n = binary.Uvarint(rest)
				rest = rest[n:]
			}
			if !yield(uint32(code>>1), int(times)) {
				return
			}
		}
		if s.times > 0 {
			yield(s.number, s.times)
		}
	}
}

// last returns the last number; false if there is none.
func (s *series) last() (uint32, bool) { return s.number, s.times > 0 }

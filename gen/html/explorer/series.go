package explorer

import (
	"crypto/sha256"
	"encoding/binary"
	"iter"

	"github.com/portspec/portspec/internal/spool"
)

// A series is a list of numbers in few bytes: most are small, and many are repeated.
//
//	7 7 7 8  →  7·2+1 3, 8·2  as unsigned varints
type series struct {
	done   spool.Stream // all runs but the last
	number uint32       // of the last run
	times  int          // how long the last run is; 0 if there is none
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
	var buffer [2 * binary.MaxVarintLen64]byte
	s.done.Append(s.run(buffer[:0]))
	s.number, s.times = number, times
	s.runs++
}

// run appends the last run, encoded.
func (s *series) run(to []byte) []byte {
	switch s.times {
	case 0:
		return to
	case 1:
		return binary.AppendUvarint(to, uint64(s.number)<<1)
	}
	return binary.AppendUvarint(binary.AppendUvarint(to, uint64(s.number)<<1|1), uint64(s.times))
}

// sum returns a hash that tells whether two series are equal.
func (s *series) sum() [sha256.Size]byte {
	hash := sha256.New()
	for c := range s.done.Chunks() {
		hash.Write(c)
	}
	hash.Write(s.run(nil))
	return [sha256.Size]byte(hash.Sum(nil))
}

// all returns the numbers, and how often each comes in succession.
func (s *series) all() iter.Seq2[uint32, int] {
	return func(yield func(uint32, int) bool) {
		for rest := range s.done.Chunks() {
			for len(rest) > 0 {
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
		}
		if s.times > 0 {
			yield(s.number, s.times)
		}
	}
}

// last returns the last number; false if there is none.
func (s *series) last() (uint32, bool) { return s.number, s.times > 0 }

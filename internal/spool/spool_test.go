package spool

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/portspec/portspec/internal/parallel"
)

// TestSpool puts pieces that are smaller and larger than a block, and gets all of them back, with
// a file and where none can be created.
func TestSpool(t *testing.T) {
	for _, writable := range []bool{true, false} {
		dir := t.TempDir()
		s := &Spool{Dir: dir}
		if !writable {
			s.Dir = filepath.Join(dir, "missing")
		}
		contents := func(i int) []byte {
			return bytes.Repeat([]byte{byte(i)}, []int{3000, blockSize, 1, blockSize + 1, 0, blockSize / 2, blockSize - 1}[i%7])
		}
		for range 2 { // pieces may be put after others were read
			const n = 70
			places := make([]int64, n)
			parallel.Do(n, func(i int) {
				all := contents(i)
				places[i] = s.Put(all[:len(all)/3], all[len(all)/3:])
			})
			parallel.Do(n, func(i int) {
				got := make([]byte, len(contents(i)))
				if err := s.Get(places[i], got); err != nil || !bytes.Equal(got, contents(i)) {
					t.Errorf("writable: %v, piece %d is wrong, %v", writable, i, err)
				}
			})
		}
		if writable != (s.Err() == nil) || writable && len(s.block) > blockSize || !writable && s.written > 0 {
			t.Errorf("writable: %v, %d bytes are in the file and %d in memory, %v", writable, s.written, len(s.block), s.Err())
		}
		s.Close()
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			t.Errorf("%d files are left, %v", len(left), err)
		}
	}
}

// TestStream adds pieces and reads them in any order, with a spool and without.
func TestStream(t *testing.T) {
	for _, spool := range []*Spool{nil, new(Spool)} {
		s := &Stream{Spool: spool}
		var all []byte
		ends := []int{0}
		for i := range 3000 {
			piece := fmt.Appendf(nil, "%d,", i*i)
			if i%500 == 7 {
				piece = bytes.Repeat(piece, chunkSize)
			}
			s.Append(piece)
			all = append(all, piece...)
			ends = append(ends, len(all))
			for _, n := range []int{i, i / 2, i / 300} {
				if got := s.Piece(ends[n], ends[n+1]); !bytes.Equal(got, all[ends[n]:ends[n+1]]) {
					t.Fatalf("after %d pieces, piece %d is %.20q", i, n, got)
				}
			}
		}
		var got []byte
		for c := range s.Chunks() {
			got = append(got, c...)
		}
		if !bytes.Equal(got, all) || s.Len() != len(all) {
			t.Errorf("got %d of %d bytes back", len(got), len(all))
		}
		if spool != nil && len(s.head)+cap(s.tail) > 8*chunkSize*10 {
			t.Errorf("%d bytes are in memory", len(s.head)+cap(s.tail))
		}
	}
}

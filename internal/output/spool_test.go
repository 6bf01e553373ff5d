package output

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/parallel"
)

// TestSpool keeps contents beyond the limit in a file until they are written, and does not keep
// contents that do not differ from the file on disk.
func TestSpool(t *testing.T) {
	const n, size = 40, maxInMemory / 16
	dir := t.TempDir()
	file := func(i int) gen.File {
		text := []byte(fmt.Sprintf("# %s\n%d ", gen.Header, i))
		return gen.File{Path: fmt.Sprintf("ansible/%d.yml", i), Data: append(text, bytes.Repeat([]byte{byte('a' + i%26)}, size+i)...)}
	}
	for _, run := range []struct {
		name    string
		spooled int
	}{{"new", n}, {"unchanged", 0}} {
		o := outputTo(dir)
		noError(t, o.Begin(t.Context()))
		errs := make([]error, n)
		parallel.Do(n, func(i int) { errs[i] = o.Add(file(i)) })
		noError(t, errors.Join(errs...))
		s := &o.spool
		if s.inMemory > maxInMemory || s.inMemory+s.inFile != s.size || s.size < int64(run.spooled*size) || run.spooled == 0 && s.size > 0 {
			t.Errorf("%s: %d bytes in memory and %d in a file, of %d", run.name, s.inMemory, s.inFile, s.size)
		}
		var held int64
		for _, f := range o.made {
			held += int64(cap(f.new.data))
		}
		if held > s.inMemory+s.inMemory/8 {
			t.Errorf("%s: files hold %d bytes, want %d", run.name, held, s.inMemory)
		}
		changes, err := o.End(t.Context())
		noError(t, err)
		if len(changes) < run.spooled {
			t.Errorf("%s: %d changes", run.name, len(changes))
		}
		o.Close()
	}
	for i := range n {
		data, err := os.ReadFile(filepath.Join(dir, file(i).Path))
		noError(t, err)
		_, want, _ := bytes.Cut(file(i).Data, []byte("\n")) // the first line gets the seal
		if _, got, _ := bytes.Cut(data, []byte("\n")); !bytes.HasSuffix(got, want) {
			t.Errorf("%d.yml has the wrong contents", i)
		}
	}
}

// TestSpoolBlocks puts contents that are smaller and larger than what is written at once, and
// gets all of them back, those in the last block as well.
func TestSpoolBlocks(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	var s spool
	defer s.close()
	contents := func(i int) []byte {
		return bytes.Repeat([]byte{byte(i)}, []int{3000, blockSize, 1, blockSize + 1, 0, blockSize / 2, blockSize - 1}[i%7])
	}
	for range 2 { // contents may be put after others were got
		const n = 70
		pieces, errs := make([]piece, n), make([]error, n)
		parallel.Do(n, func(i int) { pieces[i], _, errs[i] = s.put(contents(i)) })
		noError(t, errors.Join(errs...))
		if s.inFile <= blockSize || s.written > s.inFile || s.inFile-s.written > blockSize {
			t.Errorf("%d of %d bytes are in the file", s.written, s.inFile)
		}
		parallel.Do(n, func(i int) {
			var buffer []byte
			got, err := s.get(pieces[i], &buffer)
			if err != nil || !bytes.Equal(got, contents(i)) {
				t.Errorf("%d: %d bytes, want %d, %v", i, len(got), len(contents(i)), err)
			}
		})
	}
}

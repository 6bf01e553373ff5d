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

// TestPending keeps contents beyond the limit in a file until they are written, and does not keep
// contents that do not differ from the file on disk.
func TestPending(t *testing.T) {
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
		s := &o.pending
		if s.inMemory > maxInMemory || s.size < int64(run.spooled*size) || run.spooled == 0 && s.size > 0 {
			t.Errorf("%s: %d bytes in memory, of %d", run.name, s.inMemory, s.size)
		}
		var held int64
		for _, data := range s.held {
			held += int64(cap(data))
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

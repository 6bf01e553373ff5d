package cache

import (
	"bytes"
	"os"
	"sync"
	"testing"
)

// TestTemporary has several goroutines use a temporary store. It leaves no file.
func TestTemporary(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	s := Temporary()
	key := func(i int) Key { return KeyOf([]byte{byte(i)}) }
	value := func(i int) []byte { return bytes.Repeat([]byte{byte(i)}, i*i) }
	var all sync.WaitGroup
	for i := range 100 {
		all.Go(func() {
			if _, ok := s.Get(key(i)); ok {
				t.Errorf("entry %d is there before it was put", i)
			}
			if !s.Put(key(i), value(i)) {
				t.Errorf("entry %d was not put", i)
			}
		})
	}
	all.Wait()
	for i := range 100 {
		if got, ok := s.Get(key(i)); !ok || !bytes.Equal(got, value(i)) {
			t.Errorf("entry %d is %d bytes, %v", i, len(got), ok)
		}
	}
	s.Close()
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%v are left, %v", left, err)
	}
}

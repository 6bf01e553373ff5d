package cache

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

func key(s string) Key { return KeyOf([]byte(s)) }

func TestKeyOf(t *testing.T) {
	if KeyOf([]byte("a"), []byte("bc")) == KeyOf([]byte("ab"), []byte("c")) {
		t.Error("the boundary between parts does not change the key")
	}
}

// TestDamaged changes every byte of an entry, truncates it at every length, and renames it: Get
// returns either the whole entry or nothing.
func TestDamaged(t *testing.T) {
	s := Open(t.TempDir(), Limit, nil)
	want := []byte("what was computed")
	s.Put(key("k"), want)
	name := s.name(key("k"))
	whole, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for i := range whole {
		flipped := bytes.Clone(whole)
		flipped[i] ^= 1
		for _, damaged := range [][]byte{flipped, whole[:i], append(bytes.Clone(whole), whole[:i+1]...)} {
			if err := os.WriteFile(name, damaged, 0o600); err != nil {
				t.Fatal(err)
			}
			if got, ok := s.Get(key("k")); ok {
				t.Fatalf("byte %d: %q", i, got)
			}
		}
	}
	if err := os.MkdirAll(filepath.Dir(s.name(key("other"))), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(s.name(key("other")), whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if got, ok := s.Get(key("other")); ok {
		t.Errorf("another entry's %q", got)
	}
	s.Put(key("k"), want)
	if got, ok := s.Get(key("k")); !ok || !bytes.Equal(got, want) {
		t.Errorf("%q, %t after it was kept again", got, ok)
	}
}

// TestParallel has many runs put and get the same entries.
func TestParallel(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			s := Open(dir, Limit, nil)
			for i := range 200 {
				name := fmt.Sprint(i % 10)
				want := bytes.Repeat([]byte(name), 10_000)
				s.Put(key(name), want)
				if got, ok := s.Get(key(name)); !ok || !bytes.Equal(got, want) {
					t.Errorf("%s: %d bytes, %t", name, len(got), ok)
				}
			}
		})
	}
	wg.Wait()
}

// TestTrim stores more than the limit: recently used entries stay, and temporary files of killed
// runs are deleted.
func TestTrim(t *testing.T) {
	dir := t.TempDir()
	s := Open(dir, 100_000, nil)
	long := time.Now().Add(-48 * time.Hour)
	for i := range 20 {
		k := key(fmt.Sprint(i))
		s.Put(k, make([]byte, 10_000))
		used := long.Add(time.Duration(i) * time.Minute)
		if err := os.Chtimes(s.name(k), used, used); err != nil {
			t.Fatal(err)
		}
	}
	if _, ok := s.Get(key("0")); !ok { // now the most recently used
		t.Fatal("the entry was not stored")
	}
	left := filepath.Join(filepath.Dir(s.name(key("1"))), temporary+"123")
	if err := os.WriteFile(left, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(left, long, long); err != nil {
		t.Fatal(err)
	}
	s.Close()
	var size int64
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if info, e := d.Info(); e == nil && !d.IsDir() {
			size += info.Size()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if size > 100_000 || size < 60_000 {
		t.Errorf("%d bytes after trimming, want at most 100,000", size)
	}
	for name, want := range map[string]bool{"0": true, "1": false, "19": true} {
		if _, ok := s.Get(key(name)); ok != want {
			t.Errorf("entry %s exists: %t", name, ok)
		}
	}
	if _, err := os.Stat(left); err == nil {
		t.Error("the file of a killed run was not deleted")
	}
}

// TestNowhere has a store in a place where none can be created.
func TestNowhere(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, s := range []*Store{nil, Open(file, Limit, nil)} {
		s.Put(key("k"), []byte("data"))
		if _, ok := s.Get(key("k")); ok {
			t.Error("an entry was stored nowhere")
		}
		s.Close()
	}
}

// TestTool checks that the program is identified in the same way each time.
func TestTool(t *testing.T) {
	if len(Tool()) == 0 || !bytes.Equal(Tool(), Tool()) {
		t.Errorf("%x", Tool())
	}
}

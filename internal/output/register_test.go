package output

import (
	"fmt"
	"path"
	"runtime"
	"testing"
)

// TestRegister checks that a register returns what was added, and that a file takes few bytes in
// memory: a large catalogue has a hundred thousand.
func TestRegister(t *testing.T) {
	const files = 20_000
	name := func(i int) string {
		ext := "html"
		if i%100 == 7 {
			ext = "HTML"
		}
		return fmt.Sprintf("html/products/product-%05d/component-%d.%s", i/20, i%20, ext)
	}
	used := func() uint64 {
		runtime.GC()
		var s runtime.MemStats
		runtime.ReadMemStats(&s)
		return s.HeapAlloc
	}
	var r register
	defer r.close()
	before := used()
	for i := range files {
		n, isNew := r.add(name(i), uint64(i))
		if !isNew || n != uint32(i) {
			t.Fatalf("%s is number %d, %v", name(i), n, isNew)
		}
		f := newFile(name(i))
		f.what = State(i % 4)
		if i%100 == 9 {
			f.hash = fmt.Sprint(i)
		}
		r.set(n, f)
	}
	each := (used() - before) / files
	t.Logf("a file takes %d bytes", each)
	if each > 120 {
		t.Errorf("a file takes %d bytes", each)
	}
	for i, f := range r.files() {
		hash := ""
		if i%100 == 9 {
			hash = fmt.Sprint(i)
		}
		if f.path != name(i) || f.dir != path.Dir(name(i)) || f.sum != uint64(i) || f.what != State(i%4) || f.hash != hash || !r.has(f.path) {
			t.Fatalf("file %d is %+v", i, f)
		}
	}
	if n, isNew := r.add("HTML/products/product-00000/component-0.html", 1); n != 0 || isNew || r.has("HTML/products/product-00000/component-0.html") {
		t.Errorf("a path in upper case is number %d, %v", n, isNew)
	}
	if r.n != files {
		t.Errorf("%d files", r.n)
	}
}

// Package store caches the results of judging packages, so that unchanged packages are not
// judged again. A [Store] has the [Outcome] of each package without faults, under a key from
// [Keys] that depends on everything the package depends on.
package store

import "github.com/portspec/portspec/internal/cache"

// A Store stores outcomes in a cache. The zero value stores nothing.
type Store struct {
	*cache.Store
	keys  *Keys
	check string // identifies the options of checks beyond CUE
	anew  bool   // ignore stored summaries
}

// New returns a store in a cache. check identifies the options of checks beyond CUE. With anew,
// stored summaries are ignored.
func New(in *cache.Store, keys *Keys, check string, anew bool) Store {
	return Store{in, keys, check, anew}
}

// Summary returns the stored summary of the package in a folder, if there is one.
func (s Store) Summary(dir string) (Summary, bool) {
	var found Summary
	key, ok := s.keys.of(dir)
	if !ok || s.anew {
		return found, false
	}
	if !s.View(cache.KeyOf(key[:], []byte("summary"), []byte(s.check)), func(data []byte) error { return unpack(data, &found) }) {
		return Summary{}, false
	}
	found.Dir = dir
	return found, true
}

// Outcome returns the outcome for a summary, and false if it is no longer stored.
func (s Store) Outcome(sum Summary) (*Outcome, bool) {
	o := &Outcome{Summary: sum}
	key, ok := s.keys.of(sum.Dir)
	if !ok {
		return nil, false
	}
	if !s.View(cache.KeyOf(key[:], []byte("model")), o.decode) || (o.Product != nil) != (sum.ProductID != "") || (o.Site != nil) != sum.IsSite {
		return nil, false
	}
	o.Loaded = true
	return o, true
}

// Keep stores an outcome if its package has a key. It reports whether the model was stored.
func (s Store) Keep(o *Outcome) bool {
	key, ok := s.keys.of(o.Dir)
	if !ok || s.Store == nil {
		return false
	}
	kept := s.Put(cache.KeyOf(key[:], []byte("model")), o.encode())
	s.Put(cache.KeyOf(key[:], []byte("summary"), []byte(s.check)), pack(&o.Summary))
	return kept
}

// Served returns the outcome of a product that the binary provides in a folder of the workspace,
// without its summary; nil and false if it is not stored.
func (s Store) Served(dir string) (*Outcome, bool) {
	key, ok := s.keys.served(dir)
	o := &Outcome{Summary: Summary{Dir: dir}, Loaded: true}
	if !ok || s.anew || !s.View(key, o.decode) || o.Product == nil {
		return nil, false
	}
	return o, true
}

// KeepServed stores what Served returns.
func (s Store) KeepServed(o *Outcome) {
	if key, ok := s.keys.served(o.Dir); ok {
		s.Put(key, o.encode())
	}
}

// Package store keeps what judging packages gave, so that a package that is not
// changed is not judged again: an [Outcome] of each package without faults, in a
// [Store], by [Keys] that are made of all that the package depends on.
package store

import "github.com/portspec/portspec/internal/cache"

// A Store keeps outcomes in a cache. Its zero value keeps nothing.
type Store struct {
	*cache.Store
	keys  *Keys
	check string // what the checks beyond CUE depend on
	anew  bool   // find nothing
}

// New is a store in a cache. The findings of checks that are told apart by check
// are kept apart. With anew, no summary that was kept is found.
func New(in *cache.Store, keys *Keys, check string, anew bool) Store {
	return Store{in, keys, check, anew}
}

// Summary is the summary of the package in a folder; false where none is kept.
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

// Outcome is all of what a summary is of; false where it is kept no longer.
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

// Keep keeps an outcome, if its package has a key.
func (s Store) Keep(o *Outcome) {
	key, ok := s.keys.of(o.Dir)
	if !ok || s.Store == nil {
		return
	}
	s.Put(cache.KeyOf(key[:], []byte("model")), o.encode())
	s.Put(cache.KeyOf(key[:], []byte("summary"), []byte(s.check)), pack(&o.Summary))
}

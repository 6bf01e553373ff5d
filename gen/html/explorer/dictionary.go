package explorer

import (
	"hash/maphash"
	"strings"
)

// A dictionary numbers different texts in the order in which they were added. A large
// catalogue has some hundred thousand, so they are one piece of memory without pointers, and
// what finds them takes a few bytes each. A map of strings takes several times as much.
type dictionary struct {
	text  []byte   // of all, one after the other
	ends  []int    // of each in text
	slots []uint32 // numbers + 1, by hash; 0 for none
}

var seed = maphash.MakeSeed()

func (d *dictionary) len() int { return len(d.ends) }

// at returns the n-th text, as a part of the dictionary's memory.
func (d *dictionary) at(n int) []byte {
	start := 0
	if n > 0 {
		start = d.ends[n-1]
	}
	return d.text[start:d.ends[n]]
}

// is reports whether the n-th text is s.
func (d *dictionary) is(n int, s string) bool { return string(d.at(n)) == s }

// add returns the number of a text, which it adds if it is new. It keeps a copy.
func (d *dictionary) add(s string) uint32 {
	const fewest = 8
	if len(d.slots) < fewest || d.len() > len(d.slots)*3/4 {
		d.grow(max(fewest, 2*len(d.slots)))
	}
	slot := d.slot(maphash.String(seed, s), func(n int) bool { return d.is(n, s) })
	if *slot == 0 {
		d.text = append(d.text, s...)
		d.ends = append(d.ends, len(d.text))
		*slot = uint32(d.len())
	}
	return *slot - 1
}

// slot returns the place of a text, or the one where it has to be.
func (d *dictionary) slot(hash uint64, is func(n int) bool) *uint32 {
	last := uint64(len(d.slots) - 1) // their number is a power of two
	for i := hash & last; ; i = (i + 1) & last {
		if s := d.slots[i]; s == 0 || is(int(s-1)) {
			return &d.slots[i]
		}
	}
}

func (d *dictionary) grow(slots int) {
	d.slots = make([]uint32, slots)
	for n := range d.len() {
		*d.slot(maphash.Bytes(seed, d.at(n)), func(int) bool { return false }) = uint32(n + 1)
	}
}

// note records the encoded form of a text if it differs from the text.
func note(into map[string]string, encode func(string) string, s string) {
	if e := encode(s); e != s {
		into[strings.Clone(s)] = e
	}
}

// noteAll is like note, for each text.
func (d *dictionary) noteAll(into map[string]string, encode func(string) string) {
	for n := range d.len() {
		note(into, encode, string(d.at(n)))
	}
}

package gen

import (
	"hash/maphash"
	"sync"
)

// A Dictionary numbers different texts in the order in which they were added. A large
// catalogue has some hundred thousand, so they are one piece of memory without pointers, and
// what finds them takes a few bytes each: a map of strings takes several times as much. The
// zero value is empty.
type Dictionary struct {
	text  []byte   // of all, one after the other
	ends  []int    // of each in text
	slots []uint32 // numbers + 1, by hash; 0 for none
}

var seed = maphash.MakeSeed()

// Len returns how many texts there are.
func (d *Dictionary) Len() int { return len(d.ends) }

// At returns the n-th text, as a part of the dictionary's memory.
func (d *Dictionary) At(n int) []byte {
	start := 0
	if n > 0 {
		start = d.ends[n-1]
	}
	return d.text[start:d.ends[n]]
}

// Is reports whether the n-th text is s.
func (d *Dictionary) Is(n int, s string) bool { return string(d.At(n)) == s }

// Add returns the number of a text, which it adds if it is new. It keeps a copy.
func (d *Dictionary) Add(s string) uint32 {
	const fewest = 8
	if len(d.slots) < fewest || d.Len() > len(d.slots)*3/4 {
		d.grow(max(fewest, 2*len(d.slots)))
	}
	slot := d.slot(maphash.String(seed, s), func(n int) bool { return d.Is(n, s) })
	if *slot == 0 {
		d.text = append(d.text, s...)
		d.ends = append(d.ends, len(d.text))
		*slot = uint32(d.Len())
	}
	return *slot - 1
}

// Find returns the number of a text, and false if it was not added.
func (d *Dictionary) Find(s string) (uint32, bool) {
	if len(d.slots) == 0 {
		return 0, false
	}
	n := *d.slot(maphash.String(seed, s), func(n int) bool { return d.Is(n, s) })
	return n - 1, n != 0
}

// slot returns the place of a text, or the one where it has to be.
func (d *Dictionary) slot(hash uint64, is func(n int) bool) *uint32 {
	last := uint64(len(d.slots) - 1) // their number is a power of two
	for i := hash & last; ; i = (i + 1) & last {
		if s := d.slots[i]; s == 0 || is(int(s-1)) {
			return &d.slots[i]
		}
	}
}

func (d *Dictionary) grow(slots int) {
	d.slots = make([]uint32, slots)
	for n := range d.Len() {
		*d.slot(maphash.Bytes(seed, d.At(n)), func(int) bool { return false }) = uint32(n + 1)
	}
}

// Texts are a dictionary that several goroutines use, for what is kept of each product until
// the pages about all of them are made. Its numbers depend on which goroutine came first, so
// they say only whether two texts are the same. The zero value is empty.
type Texts struct {
	mu  sync.Mutex
	all Dictionary
}

// Add returns the number of a text. It keeps a copy.
func (t *Texts) Add(s string) uint32 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.all.Add(s)
}

// Find returns the number of a text, and false if it was not added.
func (t *Texts) Find(s string) (uint32, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.all.Find(s)
}

// At returns a copy of the text with a number.
func (t *Texts) At(n uint32) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.all.At(int(n)))
}

// Related returns the text to which a relation relates another; "" if there is none.
func (t *Texts) Related(r Relation, of string) string {
	n, ok := t.Find(of)
	if !ok {
		return ""
	}
	if n, ok = r.At(n); !ok {
		return ""
	}
	return t.At(n)
}

// A Relation relates numbers of [Texts] to others, such as listeners to transports. With few
// pairs, it takes a fraction of the memory of a map. The zero value is empty.
type Relation [][2]uint32

// At returns the number to which another is related, and false if there is none.
func (r Relation) At(key uint32) (uint32, bool) {
	for _, pair := range r {
		if pair[0] == key {
			return pair[1], true
		}
	}
	return 0, false
}

// Set relates a number to another, instead of the one before.
func (r *Relation) Set(key, value uint32) {
	for i := range *r {
		if (*r)[i][0] == key {
			(*r)[i][1] = value
			return
		}
	}
	*r = append(*r, [2]uint32{key, value})
}

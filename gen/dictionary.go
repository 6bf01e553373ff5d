package gen

import (
	"hash/maphash"
	"math"
	"sync"

	"github.com/portspec/portspec/internal/spool"
)

// A Dictionary numbers different texts in the order in which they were added. A large catalogue
// has some hundred thousand texts, so most of them are in Spool, and the index takes a few
// bytes for each. The zero value is empty.
type Dictionary struct {
	Spool *spool.Spool // nil to have all texts in memory

	text  spool.Stream // all texts, one after another
	ends  []uint32     // where each text ends
	sums  []uint32     // hash of each text
	slots []uint32     // numbers + 1, by hash; 0 for none
}

var seed = maphash.MakeSeed()

func hashOf(s string) uint32 { return uint32(maphash.String(seed, s)) }

// Len returns how many texts there are.
func (d *Dictionary) Len() int { return len(d.ends) }

// At returns the n-th text, which is valid until the next call of a method.
func (d *Dictionary) At(n int) []byte {
	start := uint32(0)
	if n > 0 {
		start = d.ends[n-1]
	}
	return d.text.Piece(int(start), int(d.ends[n]))
}

// Is reports whether the n-th text is s.
func (d *Dictionary) Is(n int, s string) bool { return d.is(n, s, hashOf(s)) }

// is is like Is, given the hash of s. It does not read a text whose hash differs.
func (d *Dictionary) is(n int, s string, hash uint32) bool {
	return d.sums[n] == hash && string(d.At(n)) == s
}

// Add returns the number of a text, which it adds if it is new. It keeps a copy.
func (d *Dictionary) Add(s string) uint32 {
	const fewest = 8
	if len(d.slots) < fewest || d.Len() > len(d.slots)*3/4 {
		d.grow(max(fewest, 2*len(d.slots)))
	}
	hash := hashOf(s)
	slot := d.slot(hash, func(n int) bool { return d.is(n, s, hash) })
	if *slot == 0 {
		d.text.Spool = d.Spool
		d.text.Append([]byte(s))
		if d.text.Len() > math.MaxUint32 {
			panic("a dictionary has more than 4 GiB of texts")
		}
		d.ends, d.sums = append(d.ends, uint32(d.text.Len())), append(d.sums, hash)
		*slot = uint32(d.Len())
	}
	return *slot - 1
}

// Find returns the number of a text, and false if it was not added.
func (d *Dictionary) Find(s string) (uint32, bool) {
	if len(d.slots) == 0 {
		return 0, false
	}
	hash := hashOf(s)
	n := *d.slot(hash, func(n int) bool { return d.is(n, s, hash) })
	return n - 1, n != 0
}

// slot returns the slot of a text, or the free one where it belongs.
func (d *Dictionary) slot(hash uint32, is func(n int) bool) *uint32 {
	last := uint32(len(d.slots) - 1) // their number is a power of two
	for i := hash & last; ; i = (i + 1) & last {
		if s := d.slots[i]; s == 0 || is(int(s-1)) {
			return &d.slots[i]
		}
	}
}

func (d *Dictionary) grow(slots int) {
	d.slots = make([]uint32, slots)
	for n, hash := range d.sums {
		*d.slot(hash, func(int) bool { return false }) = uint32(n + 1)
	}
}

// Texts is a dictionary for several goroutines. It contains the texts that are kept of each
// product until the pages about all products are made. The numbers depend on which goroutine
// came first, so they tell only whether two texts are the same. The zero value is empty.
type Texts struct {
	InMemory bool // for few texts that are looked up again and again

	mu    sync.Mutex
	all   Dictionary
	spool spool.Spool
}

// Add returns the number of a text. It keeps a copy.
func (t *Texts) Add(s string) uint32 {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.InMemory {
		t.all.Spool = &t.spool
	}
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

// Close forgets the texts.
func (t *Texts) Close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.all = Dictionary{}
	t.spool.Close()
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

// At returns the number to which key is related, and false if there is none.
func (r Relation) At(key uint32) (uint32, bool) {
	for _, pair := range r {
		if pair[0] == key {
			return pair[1], true
		}
	}
	return 0, false
}

// Set relates key to value, which replaces an earlier one.
func (r *Relation) Set(key, value uint32) {
	for i := range *r {
		if (*r)[i][0] == key {
			(*r)[i][1] = value
			return
		}
	}
	*r = append(*r, [2]uint32{key, value})
}

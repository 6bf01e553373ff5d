package model

import (
	"errors"
	"iter"
	"math/bits"
	"slices"
	"strings"
	"sync"
	"unique"

	"github.com/portspec/portspec/internal/diag"
)

// Positions has the positions of the values of a product, a service or a site, by data path,
// such as flows.os12-websocket.cite.0. The zero value is empty.
//
// There are thousands of positions, of which a run needs few. So they are looked up in
// their packed form:
//
//	the numbers of paths, slots and files
//	slots    a hash table: the number of a path, from 1, or 0
//	paths    for each, the end of its text, file, lines, columns
//	files    for each, the end of its name in the texts
//	texts    names of files, then paths
type Positions struct{ packed string }

// Words have four bytes, in little-endian order.
const (
	word        = 4
	headerWords = 3
	pathWords   = 6
)

// A packer has what [NewPositions] needs while it packs.
type packer struct {
	files, ends, paths, slots []uint32
	fileTexts, texts          []byte
}

// packers are kept for reuse, as each product has several tables, of thousands of words each.
var packers = sync.Pool{New: func() any { return new(packer) }}

// NewPositions packs positions by path. Paths must be unique.
func NewPositions(all iter.Seq2[Path, diag.Position]) Positions {
	p := packers.Get().(*packer)
	defer packers.Put(p)
	p.files, p.ends, p.paths, p.fileTexts, p.texts = p.files[:0], p.ends[:0], p.paths[:0], p.fileTexts[:0], p.texts[:0]
	numbers := make(map[string]uint32)
	for path, at := range all {
		file, ok := numbers[at.File]
		if !ok {
			file = uint32(len(p.files))
			numbers[at.File] = file
			p.fileTexts = append(p.fileTexts, at.File...)
			p.files = append(p.files, uint32(len(p.fileTexts)))
		}
		p.texts = append(p.texts, path...)
		p.ends = append(p.ends, uint32(len(p.texts)))
		p.paths = append(p.paths, file, uint32(at.Line), uint32(at.Column), uint32(at.EndLine), uint32(at.EndColumn))
	}
	if len(p.ends) == 0 {
		return Positions{}
	}
	p.hash()
	return Positions{p.pack()}
}

// hash makes the table of slots.
func (p *packer) hash() {
	n := len(p.ends)
	size := 1 << bits.Len(uint(n+n/3)) // at least one is empty
	p.slots = slices.Grow(p.slots[:0], size)[:size]
	clear(p.slots)
	start := uint32(0)
	for i, end := range p.ends {
		slot := hashOf(Path(p.texts[start:end])) & uint32(size-1)
		for p.slots[slot] != 0 {
			slot = (slot + 1) & uint32(size-1)
		}
		p.slots[slot] = uint32(i + 1)
		start = end
	}
}

func (p *packer) pack() string {
	var b strings.Builder
	b.Grow(word*(headerWords+len(p.slots)+pathWords*len(p.ends)+len(p.files)) + len(p.fileTexts) + len(p.texts))
	add := func(words ...uint32) {
		for _, w := range words {
			b.Write([]byte{byte(w), byte(w >> 8), byte(w >> 16), byte(w >> 24)})
		}
	}
	add(uint32(len(p.ends)), uint32(len(p.slots)), uint32(len(p.files)))
	add(p.slots...)
	for i, end := range p.ends {
		add(end + uint32(len(p.fileTexts)))
		add(p.paths[5*i : 5*i+5]...)
	}
	add(p.files...)
	b.Write(p.fileTexts)
	b.Write(p.texts)
	return b.String()
}

// hashOf is FNV-1a.
func hashOf(path Path) uint32 {
	h := uint32(2166136261)
	for i := range len(path) {
		h = (h ^ uint32(path[i])) * 16777619
	}
	return h
}

// Packed returns the packed positions for [UnpackPositions].
func (p Positions) Packed() string { return p.packed }

var errPositions = errors.New("not packed positions")

// UnpackPositions returns the positions in the result of Packed.
func UnpackPositions(packed string) (Positions, error) {
	p := Positions{packed}
	if packed == "" {
		return p, nil
	}
	if len(packed) < word*headerWords {
		return Positions{}, errPositions
	}
	n, slots, files := p.counts()
	room := len(packed)/word - headerWords
	if n > room/pathWords || slots > room || files > room || p.texts() > len(packed) || n >= slots || slots&(slots-1) != 0 {
		return Positions{}, errPositions
	}
	used, last := 0, 0
	for i := range slots {
		if at := p.at(headerWords + i); at > n {
			return Positions{}, errPositions
		} else if at > 0 {
			used++
		}
	}
	sorted := func(at int) bool {
		end := p.at(at)
		ok := last <= end && end <= len(packed)-p.texts()
		last = end
		return ok
	}
	for i := range files {
		if !sorted(headerWords + slots + pathWords*n + i) {
			return Positions{}, errPositions
		}
	}
	for i := range n {
		at := headerWords + slots + pathWords*i
		if !sorted(at) || p.at(at+1) >= files {
			return Positions{}, errPositions
		}
	}
	if used != n || p.texts()+last != len(packed) {
		return Positions{}, errPositions
	}
	return p, nil
}

// at returns the i-th word.
func (p Positions) at(i int) int {
	b := p.packed[word*i : word*i+word]
	return int(b[0]) | int(b[1])<<8 | int(b[2])<<16 | int(b[3])<<24
}

func (p Positions) counts() (n, slots, files int) { return p.at(0), p.at(1), p.at(2) }

// texts returns the offset of the texts.
func (p Positions) texts() int {
	n, slots, files := p.counts()
	return word * (headerWords + slots + pathWords*n + files)
}

// path returns the i-th path.
func (p Positions) path(i int) Path {
	n, slots, files := p.counts()
	at := headerWords + slots + pathWords*i
	// The first path starts where the name of the last file ends.
	from := p.at(headerWords + slots + pathWords*n + files - 1)
	if i > 0 {
		from = p.at(at - pathWords)
	}
	return Path(p.packed[p.texts():][from:p.at(at)])
}

// position returns the position of the i-th path. The name of its file is a string of its own, as
// findings and summaries outlive the table, which a part of it would keep in memory.
func (p Positions) position(i int) diag.Position {
	n, slots, _ := p.counts()
	at, names := headerWords+slots+pathWords*i, headerWords+slots+pathWords*n
	file, from := p.at(at+1), 0
	if file > 0 {
		from = p.at(names + file - 1)
	}
	name := p.packed[p.texts():][from:p.at(names+file)]
	return diag.Position{
		File: unique.Make(name).Value(),
		Line: p.at(at + 2), Column: p.at(at + 3), EndLine: p.at(at + 4), EndColumn: p.at(at + 5),
	}
}

// Find returns the position of the value at a path, and false if it is not known.
func (p Positions) Find(path Path) (diag.Position, bool) {
	if p.packed == "" {
		return diag.Position{}, false
	}
	_, slots, _ := p.counts()
	for slot := int(hashOf(path)); ; slot++ {
		i := p.at(headerWords + slot&(slots-1))
		if i == 0 {
			return diag.Position{}, false
		}
		if p.path(i-1) == path {
			return p.position(i - 1), true
		}
	}
}

// At returns the position of the value at the path or, if it is not known, that of the
// nearest enclosing value.
func (p Positions) At(path ...string) diag.Position {
	for n := len(path); n >= 0; n-- {
		if at, ok := p.Find(PathOf(path[:n]...)); ok {
			return at
		}
	}
	return diag.Position{}
}

// All iterates over all positions by path.
func (p Positions) All() iter.Seq2[Path, diag.Position] {
	return func(yield func(Path, diag.Position) bool) {
		if p.packed == "" {
			return
		}
		n, _, _ := p.counts()
		for i := range n {
			if !yield(p.path(i), p.position(i)) {
				return
			}
		}
	}
}

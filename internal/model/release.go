package model

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// A product is identified by its id and its release. In names of outputs, the newest
// release of a catalogue has only the id, so that the names do not change when another one
// is added; an older one has both.

// RefOf returns a reference to a release of a product: "igel-ums@12.04".
func RefOf(id, version string) string { return id + "@" + version }

// SplitRef splits a reference; the version of a bare id is "".
func SplitRef(ref string) (id, version string) {
	id, version, _ = strings.Cut(ref, "@")
	return id, version
}

// Ref returns a reference to the release.
func (p *Product) Ref() string { return RefOf(p.ID, p.Version) }

// Called returns the name of the release in outputs: its id, or id and version if the
// catalogue has a newer one.
func (p *Product) Called() string {
	if p.Older == "" {
		return p.ID
	}
	return p.Ref()
}

// Releases lists the releases of a product, the newest first.
func (c *Catalog) Releases(id string) []*Product {
	var all []*Product
	for _, p := range c.Products {
		if p.ID == id {
			all = append(all, p)
		}
	}
	return all
}

// Newest returns the catalogue with only the newest release of each product.
func (c *Catalog) Newest() *Catalog {
	newest := &Catalog{Services: c.Services}
	for i, p := range c.Products {
		if i == 0 || c.Products[i-1].ID != p.ID {
			newest.Products = append(newest.Products, p)
		}
	}
	return newest
}

// Release returns a release of a product, or for "" the only one; nil if there is no such
// release, or more than one to choose from.
func (c *Catalog) Release(id, version string) *Product {
	var only *Product
	for _, p := range c.Products {
		switch {
		case p.ID != id || version != "" && p.Version != version:
		case only != nil:
			return nil
		default:
			only = p
		}
	}
	return only
}

// VersionsOf lists the versions of releases.
func VersionsOf(releases []*Product) []string {
	all := make([]string, len(releases))
	for i, p := range releases {
		all[i] = p.Version
	}
	return all
}

// CompareVersion compares the product's version with another one of the product: in the
// declared order if both are declared, or else part by part as texts, numbers as numbers.
func (p *Product) CompareVersion(with string) int {
	if i, j := slices.Index(p.Declared, p.Version), slices.Index(p.Declared, with); i >= 0 && j >= 0 {
		return cmp.Compare(i, j)
	}
	return CompareVersions(p.Version, with)
}

// CompareVersions orders versions part by part, numbers as numbers: 12.04 is before 12.10,
// and 6.1 before 6.1.1.
func CompareVersions(a, b string) int {
	as, bs := strings.FieldsFunc(a, isMark), strings.FieldsFunc(b, isMark)
	for i := range min(len(as), len(bs)) {
		x, y := strings.TrimLeft(as[i], "0"), strings.TrimLeft(bs[i], "0")
		if isNumber(x) && isNumber(y) {
			if c := cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(x, y)); c != 0 {
				return c
			}
		} else if c := cmp.Compare(as[i], bs[i]); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(as), len(bs))
}

func isMark(r rune) bool { return r == '.' || r == '-' || r == ' ' || r == '_' }

func isNumber(s string) bool { return strings.Trim(s, "0123456789") == "" }

// Order sorts the products of a whole catalogue, and sets the suffixes of older releases in
// the names of outputs.
func (c *Catalog) Order() {
	taken := make(map[string]bool)
	byID := make(map[string][]*Product)
	for _, p := range c.Products {
		byID[p.ID] = append(byID[p.ID], p)
		taken[folded(p.ID)] = true
	}
	for _, id := range slices.Sorted(maps.Keys(byID)) {
		releases := byID[id]
		chain := make([]Successor, len(releases))
		for i, p := range releases {
			chain[i] = Successor{p.Version, p.After}
		}
		order, _ := Chain(chain)
		var declared []string
		if before := releases[order[len(order)-1]].After; before != "" {
			declared = append(declared, before)
		}
		for _, at := range slices.Backward(order) {
			declared = append(declared, releases[at].Version)
		}
		for newer, at := range slices.Backward(order) { // the oldest comes first
			p := releases[at]
			p.Older, p.Newer, p.Declared = "", newer, declared
			if newer > 0 {
				p.Older = freeSuffix(id, p.Version, taken)
			}
		}
	}
	c.Sort()
}

// freeSuffix returns the suffix of an older release in names: its version in a form that
// file systems, Go and Ansible accept, and different from that of another release and from
// the name of another product.
func freeSuffix(id, version string, taken map[string]bool) string {
	plain := plainVersion(version)
	suffix := plain
	for n := 2; taken[folded(id+"_"+suffix)]; n++ {
		suffix = plain + "." + strconv.Itoa(n)
	}
	taken[folded(id+"_"+suffix)] = true
	return suffix
}

// OutputName returns the name of the outputs of a release: the product's id and, for an
// older one, a separator and its suffix.
func (p *Product) OutputName(separator string) string {
	if p.Older == "" {
		return p.ID
	}
	return p.ID + separator + p.Older
}

// folded returns a name as Go and Ansible see it, with the same character for a dot and a
// hyphen.
func folded(name string) string { return strings.NewReplacer("-", "_", ".", "_").Replace(name) }

// plainVersion returns a version in letters, digits and dots, which are allowed in every
// name. It has no hyphen, so that no diagram of the product has the same name.
func plainVersion(version string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(version) {
		switch {
		case b.Len() == maxSuffix:
		case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "."):
			b.WriteByte('.')
		}
	}
	switch plain := strings.TrimSuffix(b.String(), "."); {
	case plain == "":
		return "release"
	case plain[0] < '0' || plain[0] > '9': // Windows keeps names such as con and com1
		return "release." + plain
	default:
		return plain
	}
}

// maxSuffix is the greatest length of a suffix, in bytes.
const maxSuffix = 60

// A Successor is a release, and the one before it; "" for none.
type Successor struct{ Version, After string }

// A Misplaced release has no place in the order of releases.
type Misplaced struct {
	Why Misplacement
	// Release is the index of the release, and Other that of another one with which it is in
	// conflict: the one in its place, the one to which its order is not known, or the next in
	// the cycle.
	Release, Other int
}

// A Misplacement tells why a release has no place in the order.
type Misplacement int

// The reasons.
const (
	Unordered Misplacement = iota // it comes after none of the others, and another one does not either
	SameAfter                     // another comes after the same release
	Circular                      // it comes after itself, by way of others
)

// Chain sorts the releases of a product, the newest first. Each except the oldest comes
// after one of the others, and no two after the same one. If there is no such order, wrong
// tells why, and releases with a place come first.
func Chain(all []Successor) (order []int, wrong []Misplaced) {
	next := make(map[string]int) // by version, the release that comes after it
	at := make(map[string]int)
	for i, r := range all {
		if _, again := at[r.Version]; !again {
			at[r.Version] = i
		}
	}
	oldest := -1
	for i, r := range all {
		_, known := at[r.After]
		other, taken := next[r.After]
		switch {
		case known && taken:
			wrong = append(wrong, Misplaced{SameAfter, i, other})
		case known:
			next[r.After] = i
		case oldest < 0:
			oldest = i
		default:
			wrong = append(wrong, Misplaced{Unordered, i, oldest})
		}
	}
	placed := make([]bool, len(all))
	for i := oldest; i >= 0 && !placed[i]; {
		order, placed[i] = append(order, i), true
		following, ok := next[all[i].Version]
		if !ok {
			break
		}
		i = following
	}
	slices.Reverse(order)
	for i := range all {
		if placed[i] {
			continue
		}
		order = append(order, i)
		if cycle, before := inCycle(all, at, i); cycle {
			wrong = append(wrong, Misplaced{Circular, i, before})
		}
	}
	slices.SortFunc(wrong, func(a, b Misplaced) int { return cmp.Compare(a.Release, b.Release) })
	return order, wrong
}

// inCycle reports whether a release comes after itself, and which it comes after.
func inCycle(all []Successor, at map[string]int, start int) (cycle bool, before int) {
	i := start
	for range all {
		earlier, known := at[all[i].After]
		if !known {
			return false, 0
		}
		if i == start {
			before = earlier
		}
		if i = earlier; i == start {
			return true, before
		}
	}
	return false, 0
}

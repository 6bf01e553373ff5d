package diag

import (
	"strconv"
	"strings"
)

// A Path leads to a value: the names of fields and the indexes of elements, from
// the top of a package, joined by dots as in product.flows.web.from.0. A name with
// a dot, a quote or a character that does not print is quoted, as in
// site.hosts."a.example.com".os. The zero value is the top. [PathOf] makes paths
// and [Path.Parts] takes them apart; nothing else does.
type Path string

// PathOf returns the path with the given names.
func PathOf(names ...string) Path { return Path("").Below(names...) }

// ParsePath parses a path as authors write it.
func ParsePath(text string) Path { return PathOf(Path(text).Parts()...) }

// Below returns the path that starts with p and continues with the given names.
func (p Path) Below(names ...string) Path {
	size := len(p)
	for _, name := range names {
		size += 1 + len(name)
	}
	b := make([]byte, 0, size)
	b = append(b, p...)
	for _, name := range names {
		if len(b) > 0 {
			b = append(b, '.')
		}
		if isPlainName(name) {
			b = append(b, name...)
		} else {
			b = strconv.AppendQuote(b, name)
		}
	}
	return Path(b)
}

// isPlainName reports whether a name needs no quotes in a path.
func isPlainName(name string) bool {
	plain := name != ""
	for i := 0; plain && i < len(name); i++ {
		switch c := name[i]; {
		case c == '.' || c == '"' || c == '\\':
			plain = false
		case c < ' ' || c > '~': // may be a letter beyond ASCII
			return !strings.ContainsFunc(name, func(r rune) bool {
				return r == '.' || r == '"' || r == '\\' || !strconv.IsPrint(r)
			})
		}
	}
	return plain
}

// Parts returns the names in the path; nil for the top.
func (p Path) Parts() []string {
	var names []string
	for rest := string(p); rest != ""; {
		if quoted, err := strconv.QuotedPrefix(rest); err == nil && quoted[0] == '"' {
			if after := rest[len(quoted):]; after == "" || after[0] == '.' {
				name, _ := strconv.Unquote(quoted)
				names = append(names, name)
				rest = strings.TrimPrefix(after, ".")
				continue
			}
		}
		name, after, _ := strings.Cut(rest, ".")
		names = append(names, name)
		rest = after
	}
	return names
}

// Within reports whether p is q or leads to a value inside the one at q.
func (p Path) Within(q Path) bool {
	rest, ok := strings.CutPrefix(string(p), string(q))
	return ok && (q == "" || rest == "" || rest[0] == '.')
}

// From returns p relative to q, and false if p is not within q.
func (p Path) From(q Path) (Path, bool) {
	if !p.Within(q) {
		return "", false
	}
	return Path(strings.TrimPrefix(string(p[len(q):]), ".")), true
}

// Clone returns a copy, which keeps no other text in memory.
func (p Path) Clone() Path { return Path(strings.Clone(string(p))) }

package diag

import (
	"slices"
	"testing"
)

func TestPath(t *testing.T) {
	for want, names := range map[Path][]string{
		"":                           nil,
		"product":                    {"product"},
		"product.flows.web.from.0":   {"product", "flows", "web", "from", "0"},
		`site.hosts."a.example.com"`: {"site", "hosts", "a.example.com"},
		`a."b\"c".d`:                 {"a", `b"c`, "d"},
		`a."\\".""."\n"`:             {"a", `\`, "", "\n"},
		`"\".x"`:                     {`".x`},
		"services.x/y.zone":          {"services", "x/y", "zone"},
	} {
		got := PathOf(names...)
		if got != want {
			t.Errorf("%q is %s, want %s", names, got, want)
		}
		if back := got.Parts(); !slices.Equal(back, names) {
			t.Errorf("%s is %q, want %q", got, back, names)
		}
		if again := ParsePath(string(got)); again != got {
			t.Errorf("%s was parsed as %s", got, again)
		}
	}
}

func TestPathWithin(t *testing.T) {
	for _, c := range []struct {
		p, q Path
		from Path
		ok   bool
	}{
		{"a.b.c", "a.b", "c", true},
		{"a.b", "a.b", "", true},
		{"a.bc", "a.b", "", false},
		{"a", "a.b", "", false},
		{"a.b", "", "a.b", true},
		{`a."b.c"`, `a.b`, "", false},
		{`a."b.c".d`, `a."b.c"`, "d", true},
	} {
		if from, ok := c.p.From(c.q); from != c.from || ok != c.ok {
			t.Errorf("%s from %s is %s, %t", c.p, c.q, from, ok)
		}
	}
}

// FuzzPath parses what an author may write: parsing and formatting a path again does not change
// it, and names survive.
func FuzzPath(f *testing.F) {
	for _, seed := range []string{"a.b", `a."b.c"`, `"`, `a."b`, "..", `""x.y`, "\xff", "`a.b`.c", `'a'.b`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p := ParsePath(text)
		if again := ParsePath(string(p)); again != p {
			t.Errorf("%q is %q, and that %q", text, p, again)
		}
		names := p.Parts()
		if got := PathOf(append(names, text)...).Parts(); !slices.Equal(got[:len(names)], names) || text != got[len(names)] && text == string([]rune(text)) {
			t.Errorf("%q and %q are %q", names, text, got)
		}
	})
}

package gen

import (
	"testing"
	"unicode"

	"github.com/portspec/portspec/internal/screen"
)

func TestVisible(t *testing.T) {
	for in, want := range map[string]string{
		"":                                      "",
		" \n\t":                                 "",
		"UMS Server":                            "UMS Server",
		" two\r\n\n lines\tand\u00a0more\u2028": "two lines and more",
		"nul \x00 bell \a":                      "nul [U+0000] bell [U+0007]",
		"abc\u202edef\u2066":                    "abc[U+202E]def[U+2066]",
		"soft\u00adhyphen \ufeffbom":            "soft[U+00AD]hyphen [U+FEFF]bom",
		"beyond \U000e0041":                     "beyond [U+E0041]",
		"drawn as nothing \u3164\ufe0f\u034f":   "drawn as nothing [U+3164][U+FE0F][U+034F]",
		"bad \xff byte":                         "bad \ufffd byte",
		"👩\u200d💻 می\u200cخواهم":                "👩\u200d💻 می\u200cخواهم",
	} {
		if got := Visible(in); got != want {
			t.Errorf("Visible(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzVisible(f *testing.F) {
	for _, s := range []string{"a b", "\u202e", "\x00", "\xff", "\u0085", " a ", "[U+202E]", "\u200d", "\ufffe"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		shown := Visible(s)
		for _, r := range shown {
			if screen.Hidden(r) && !joins(r) || unicode.IsSpace(r) && r != ' ' {
				t.Errorf("%U in %q", r, shown)
			}
		}
		if again := Visible(shown); again != shown {
			t.Errorf("Visible(%q) = %q, and shown again %q", s, shown, again)
		}
	})
}

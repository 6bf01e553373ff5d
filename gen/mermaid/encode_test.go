package mermaid

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen"
)

func TestText(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"UMS Server", "UMS Server"},
		{"tcp+udp/389, [9 (broadcast)]", "tcp+udp/389, [9 (broadcast)]"},
		{"Käse 漢字", "Käse 漢字"},
		{`a "b" <i>`, "a #34;b#34; #60;i#62;"},
		{"`*x*` #1; {{y}} %%z", "#96;#42;x#42;#96; #35;1#59; #123;#123;y#125;#125; #37;#37;z"},
		{"a|b ${c}", "a#124;b #36;#123;c#125;"},
		{" two\n\n lines\tand\u00a0more ", "two lines and more"},
		{"nul \x00 bell \a", "nul [U+0000] bell [U+0007]"},
		{"abc\u202edef\u2066", "abc[U+202E]def[U+2066]"},
		{"soft\u00adhyphen \ufeffbom \u2060join", "soft[U+00AD]hyphen [U+FEFF]bom [U+2060]join"},
		{"bad \xff byte", "bad #65533; byte"},
		{"👩\u200d💻", "#128105;#8205;#128187;"},
		{"Straße", "Straße"},
		// Text that would be syntax for Mermaid after it has decoded the entities.
		{`C:\new`, "C#58;#92;#8288;new"},
		{"$$x$$", "#36;#8288;#36;x#36;#8288;#36;"},
		{"fab:fa-github", "fab#58;#8288;fa-github"},
		{"ﬂ°¶ß", "ﬂ#8288;#176;#182;#8288;ß"},
		// Text that would be a statement before that.
		{"one direction TB", "one direction#32;TB"},
		{"redirection\nLR", "redirection#32;LR"},
	} {
		if got := text(c.in); got != c.want {
			t.Errorf("text(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestShorten(t *testing.T) {
	long := strings.Repeat("ab ", 50)
	for _, c := range []struct {
		in, want string
		cut      bool
	}{
		{"UMS Server", "UMS Server", false},
		{"", "(blank)", false},
		{" \n\t", "(blank)", false},
		{strings.Repeat("é", nameLength), strings.Repeat("é", nameLength), false},
		{long, strings.TrimSpace(long[:nameLength]) + "…", true},
	} {
		if got := shorten(c.in); got != c.want {
			t.Errorf("shorten(%q) = %q, want %q", c.in, got, c.want)
		}
		if got := isCut(c.in); got != c.cut {
			t.Errorf("isCut(%q) = %v", c.in, got)
		}
	}
}

func TestNodeID(t *testing.T) {
	for _, c := range []struct {
		ids  []string
		want string
	}{
		{[]string{"end"}, "c_end"},
		{[]string{"9-default"}, "c_9_default"},
		{[]string{"igel-ums", "ums-server"}, "c_igel_umsZums_server"},
		{[]string{"a_b"}, "c_aX5fXb"},
		{[]string{"a-X5f-b"}, "c_a_X58X5f_b"},
		{[]string{"a;b -->\n"}, "c_aX3bXbX20X_ _X3eXXaX"},
	} {
		want := strings.ReplaceAll(c.want, " ", "")
		if got := nodeID("c", c.ids...); got != want {
			t.Errorf("nodeID(%q) = %q, want %q", c.ids, got, want)
		}
	}
}

var (
	safeText = regexp.MustCompile(`^(?:[\pL\pM\p{Nd} ,.()\[\]/+=!?'_-]|#\d+;)*$`)
	traps    = regexp.MustCompile(`direction\s|ﬂ°|¶ß|  `)
	entity   = regexp.MustCompile(`#(\d+);`)
	safeID   = regexp.MustCompile(`^c_[a-zA-Z0-9_]*$`)
	escape   = regexp.MustCompile(`X([0-9a-f]+)X`)
)

// decode returns an encoded text as Mermaid shows it.
func decode(s string) string {
	s = entity.ReplaceAllStringFunc(s, func(e string) string {
		n, _ := strconv.Atoi(e[1 : len(e)-1])
		return string(rune(n))
	})
	return strings.ReplaceAll(s, "\u2060", "")
}

// ids is the inverse of nodeID.
func ids(node string) []string {
	list := strings.Split(node[strings.Index(node, "_")+1:], "Z")
	for i, id := range list {
		list[i] = escape.ReplaceAllStringFunc(strings.ReplaceAll(id, "_", "-"), func(e string) string {
			n, _ := strconv.ParseInt(e[1:len(e)-1], 16, 32)
			return string(rune(n))
		})
	}
	return list
}

func FuzzEncodeText(f *testing.F) {
	for _, s := range hostileTexts {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := text(s)
		if !safeText.MatchString(got) {
			t.Errorf("text(%q) = %q contains syntax", s, got)
		}
		if trap := traps.FindString(got); trap != "" {
			t.Errorf("text(%q) = %q contains %q", s, got, trap)
		}
		if shown := decode(got); shown != gen.Visible(s) {
			t.Errorf("text(%q) is shown as %q, want %q", s, shown, gen.Visible(s))
		}
	})
}

func FuzzEncodeNodeID(f *testing.F) {
	for _, s := range hostileTexts {
		f.Add(s, "end")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		a, b = strings.ToValidUTF8(a, "\ufffd"), strings.ToValidUTF8(b, "\ufffd")
		got := nodeID("c", a, b)
		if !safeID.MatchString(got) {
			t.Errorf("nodeID(%q, %q) = %q contains syntax", a, b, got)
		}
		if back := ids(got); len(back) != 2 || back[0] != a || back[1] != b {
			t.Errorf("nodeID(%q, %q) = %q was read as %q", a, b, got, back)
		}
	})
}

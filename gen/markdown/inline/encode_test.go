package inline

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

func TestText(t *testing.T) {
	for in, want := range map[string]Markdown{
		"":                                "",
		"UMS Server":                      "UMS Server",
		"שרת (a)":                         "&#8296;שרת (a)&#8297;",
		"12.04":                           "12.04",
		"e.g. the vendor's \"high\" port": "e.g. the vendor's \"high\" port",
		"a|b":                             "a&#124;b",
		"`x` *x* _x_ ~x~":                 "&#96;x&#96; &#42;x&#42; &#95;x&#95; &#126;x&#126;",
		"<script>alert(1)</script>":       "&lt;script&gt;alert(1)&lt;/script&gt;",
		"AT&T &amp;":                      "AT&amp;T &amp;amp;",
		"[x](http://x.y)":                 "&#91;x&#93;(http&#58;//x.y)",
		"www.x.y WWW.x.y":                 "www&#46;x.y WWW&#46;x.y",
		"me@x.y":                          "me&#64;x.y",
		"{{ x }} {% x %} ${x} {{< x >}}":  "&#123;&#123; x &#125;&#125; &#123;% x %&#125; &#36;&#123;x&#125; &#123;&#123;&lt; x &gt;&#125;&#125;",
		"# x":                             "&#35; x",
		"- x":                             "&#45; x",
		"+ x":                             "&#43; x",
		"1. x":                            "1&#46; x",
		"12) x":                           "12&#41; x",
		"---":                             "&#45;&#45;&#45;",
		"===":                             "&#61;&#61;&#61;",
		": x":                             "&#58; x",
		"!!! note":                        "&#33;!! note",
		"(x)= a=b (x) = y":                "(x)&#61; a=b (x) = y",
		"/// x":                           "&#47;// x",
		":smile: a:b":                     "&#58;smile: a&#58;b",
		"a\\|b":                           "a&#92;&#124;b",
		"two\nlines\r\n\tand a tab ":      "two lines and a tab",
		" \n":                             "(blank)",
		"\x00\x1b[31m":                    "(U+0000)(U+001B)&#91;31m",
		"a\u202eb\u200bc\ufeffd\u00ade":   "a(U+202E)b(U+200B)c(U+FEFF)d(U+00AD)e",
		"\xff\xfe":                        "\uFFFD\uFFFD",
		"%% x */ x --> x":                 "&#37;% x &#42;/ x &#45;&#45;&gt; x",
		"Größe 日本 né":                     "Größe 日本 né",
	} {
		if got := Markdown(Escape(in)); got != want {
			t.Errorf("Escape(%q) = %s, want %s", in, got, want)
		}
		if got := strings.ReplaceAll(string(Text(in)), breakMark, ""); got != string(want) {
			t.Errorf("Text(%q) = %s, want %s", in, got, want)
		}
	}
}

// TestCouldBeMarkup looks for bytes that can be markup, but are not in couldBeMarkup.
func TestCouldBeMarkup(t *testing.T) {
	for c := range 256 {
		for _, format := range []string{"%c", "%c%c", "a%ca", "a%c a", "1%c a", "www%cx", "a)%c", " %c "} {
			s := strings.ReplaceAll(format, "%c", string([]byte{byte(c)}))
			if i := strings.IndexByte(s, byte(c)); isMarkup(s, i) && !couldBeMarkup[s[i]] {
				t.Errorf("%q is markup in %q, and couldBeMarkup lacks it", s[i], s)
			}
		}
	}
}

// Generators that decode character references before they look for links find none.
func TestBreaks(t *testing.T) {
	form := Form{Break: "<!-- -->", Address: func(b []byte, page string, anchor Markdown) []byte {
		return append(append(append(b, page...), '#'), anchor...)
	}}
	for in, want := range map[string]string{
		"https://x.y/z":        "https&#58;<!-- -->//x.y/z",
		"see WWW.x.y":          "see W<!-- -->WW&#46;x.y",
		"me@x.y":               "me<!-- -->&#64;x.y",
		`\\server\share \.x`:   "&#92;<!-- -->&#92;<!-- -->server&#92;<!-- -->share &#92;<!-- -->.x",
		":smile: 2001:100:1::": "&#58;<!-- -->smile: 2001&#58;<!-- -->100&#58;<!-- -->1&#58;:",
		"a: b":                 "a: b",
	} {
		var page bytes.Buffer
		if form.Write(&page, Text(in)); page.String() != want {
			t.Errorf("%q became %s, want %s", in, &page, want)
		}
		page.Reset()
		if form.Write(&page, Link("x.Markdown", "y", Text(in))); page.String() != "["+want+"](x.Markdown#y)" {
			t.Errorf("a link with %q became %s", in, &page)
		}
	}
}

func TestTarget(t *testing.T) {
	for in, want := range map[string]Markdown{
		"https://example.com/a_b?x=1&y=2#z":   "https://example.com/a_b?x=1&amp;y=2#z",
		"https://example.com/a)b(c|d<e>f\"g'": "https://example.com/a%29b%28c%7Cd%3Ce%3Ef%22g%27",
		"http://exämple.com/[x]\x00`*":        "http://ex%C3%A4mple.com/%5Bx%5D%00%60%2A",
	} {
		if got, ok := Target(in); !ok || got != want {
			t.Errorf("Target(%q) = %s, %v, want %s", in, got, ok, want)
		}
	}
	for _, in := range []string{"javascript:alert(1)", "data:text/html,x", "//example.com", "", "ftp://x"} {
		if got, ok := Target(in); ok {
			t.Errorf("Target(%q) = %s, want none", in, got)
		}
	}
}

// Parts of paths and of anchors cannot contain the syntax around them.
func TestFragment(t *testing.T) {
	for in, want := range map[string]Markdown{
		"ums-server": "ums-server", "fn_1.a-B": "fn_1.a-B", "../x\"> <b>": ".._x____b_", "ä\x00|": "___",
	} {
		if got := Fragment(in); got != want {
			t.Errorf("Fragment(%q) = %s, want %s", in, got, want)
		}
	}
}

func TestForm(t *testing.T) {
	form := Form{
		Anchor: func(b []byte, id Markdown) []byte { return append(append(append(b, '{'), id...), '}') },
		Address: func(b []byte, page string, anchor Markdown) []byte {
			if page == "" {
				return b
			}
			return append(append(append(b, page...), '#'), anchor...)
		},
	}
	words := "a " + Anchor("x") + Link("p.md", "y", "*b*") + Anchor("z") + " " + Link("", "", Text("c|d"))
	var page bytes.Buffer
	if form.Write(&page, words); page.String() != "a {x}[*b*](p.md#y){z} c&#124;d" {
		t.Errorf("got %s", &page)
	}
	if got := Anchors(words); !slices.Equal(got, []Markdown{"x", "z"}) {
		t.Errorf("anchors %q", got)
	}
}

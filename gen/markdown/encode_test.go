package markdown

import (
	"html"
	"strings"
	"testing"

	"github.com/yuin/goldmark/ast"
	"go.yaml.in/yaml/v3"
)

func TestText(t *testing.T) {
	for in, want := range map[string]md{
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
		if got := md(Text(in)); got != want {
			t.Errorf("Text(%q) = %s, want %s", in, got, want)
		}
		if got := strings.ReplaceAll(string(text(in)), breakMark, ""); got != string(want) {
			t.Errorf("text(%q) = %s, want %s", in, got, want)
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
	for in, want := range map[string]string{
		"https://x.y/z":        "https&#58;<!-- -->//x.y/z",
		"see WWW.x.y":          "see W<!-- -->WW&#46;x.y",
		"me@x.y":               "me<!-- -->&#64;x.y",
		`\\server\share \.x`:   "&#92;<!-- -->&#92;<!-- -->server&#92;<!-- -->share &#92;<!-- -->.x",
		":smile: 2001:100:1::": "&#58;<!-- -->smile: 2001&#58;<!-- -->100&#58;<!-- -->1&#58;:",
		"a: b":                 "a: b",
	} {
		p := starlight.newPage("x.md", "X")
		if p.inline(text(in)); p.data.String() != want {
			t.Errorf("%q became %s, want %s", in, p.data, want)
		}
		p = starlight.newPage("x.md", "X")
		if p.inline(link(place{"x.md", "y"}, text(in))); p.data.String() != "["+want+"](#y)" {
			t.Errorf("a link with %q became %s", in, p.data)
		}
	}
}

func TestTarget(t *testing.T) {
	for in, want := range map[string]md{
		"https://example.com/a_b?x=1&y=2#z":   "https://example.com/a_b?x=1&amp;y=2#z",
		"https://example.com/a)b(c|d<e>f\"g'": "https://example.com/a%29b%28c%7Cd%3Ce%3Ef%22g%27",
		"http://exämple.com/[x]\x00`*":        "http://ex%C3%A4mple.com/%5Bx%5D%00%60%2A",
	} {
		if got, ok := target(in); !ok || got != want {
			t.Errorf("target(%q) = %s, %v, want %s", in, got, ok, want)
		}
	}
	for _, in := range []string{"javascript:alert(1)", "data:text/html,x", "//example.com", "", "ftp://x"} {
		if got, ok := target(in); ok {
			t.Errorf("target(%q) = %s, want none", in, got)
		}
		if got := webLink(in, "x"); strings.Contains(string(got), "](") {
			t.Errorf("webLink(%q) = %s, want no link", in, got)
		}
	}
}

func TestFence(t *testing.T) {
	for in, want := range map[string]string{
		"a\n":              "```mermaid\na\n```\n",
		"\ta \r\nb\rc":     "```mermaid\n    a\nb\nc\n```\n",
		"```\n# x":         "````mermaid\n```\n# x\n````\n",
		"x\n`````\n\n<b>x": "``````mermaid\nx\n`````\n\n<b>x\n``````\n",
	} {
		if got := fence("mermaid", in); got != want {
			t.Errorf("fence(%q) = %q, want %q", in, got, want)
		}
	}
}

// Front matter is YAML with only the title, whatever the title is. For Docusaurus, no value
// has backslashes or angle brackets.
func TestFrontMatter(t *testing.T) {
	for _, title := range hostileTexts {
		for _, f := range flavors[1:] {
			p := f.newPage("products/x.md", title)
			p.description, p.label = title, title
			var read map[string]any
			head, ok := strings.CutPrefix(string(p.file().Data), "---\n")
			head, _, closed := strings.Cut(head, "\n---\n")
			if err := yaml.Unmarshal([]byte(head), &read); err != nil || !ok || !closed {
				t.Fatalf("%s, title %q: %v\n%s", f.name, title, err, head)
			}
			want := visible(title)
			switch f {
			case mkdocs:
				want = strings.NewReplacer("{", "&#123;", "}", "&#125;").Replace(html.EscapeString(want))
			case docusaurus:
				want = strings.NewReplacer(`\`, "∖", "<", "‹", ">", "›").Replace(want)
			}
			label := map[*flavor]any{hugo: read["linkTitle"], mkdocs: read["label"], docusaurus: read["sidebar_label"], sphinx: want}[f]
			if sidebar, ok := read["sidebar"].(map[string]any); ok {
				label = sidebar["label"]
			}
			if read["title"] != want || label != want {
				t.Errorf("%s: title %q became %q, and the label %q", f.name, title, read["title"], label)
			}
		}
	}
}

// FuzzEncodeText puts text into every kind of place in pages, and tests that
// goldmark reads it back as text and as nothing else.
func FuzzEncodeText(f *testing.F) {
	for _, s := range hostileTexts {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p := github.newPage("x.md", s)
		p.paragraph(text(s))
		p.list([]md{text(s), "Name: " + text(s)})
		p.table([]md{"Head", text(s)}, [][]md{{text(s), "x " + text(s) + " x"}})
		p.paragraph(link(place{"x.md", "y"}, text(s)))
		p.heading(2, "y", "Words "+text(s))
		if s == "" {
			return // the schema has no empty text; tables show a dash
		}
		v := visible(s)
		want := `HTML
H1 "` + v + `"
P "` + v + `"
UL LI "` + v + `" LI "Name: ` + v + `"
TABLE TH "Head" TH "` + v + `" TD "` + v + `" TD "x ` + v + ` x"
P LINK(#y "` + v + `")
P RAW(<a id="y">) RAW(</a>)
H2 "Words ` + v + `"
`
		if got := outline(parse(p.file().Data)); got != want {
			t.Errorf("text %q became\n%s\ninstead of\n%s", s, got, want)
		}
	})
}

// FuzzEncodeFence checks that a block of code contains everything up to the
// heading after it, and that nothing before it is lost.
func FuzzEncodeFence(f *testing.F) {
	for _, s := range hostileTexts {
		f.Add(s)
	}
	f.Add("```\n````\n~~~\n# x\n")
	f.Fuzz(func(t *testing.T, s string) {
		p := github.newPage("x.md", "Title")
		p.block(fence("mermaid", s))
		p.heading(2, "", "End")
		doc := parse(p.file().Data)
		if got, want := outline(doc), "HTML\nH1 \"Title\"\nCODE\nH2 \"End\"\n"; got != want {
			t.Errorf("code %q became\n%s\ninstead of\n%s", s, got, want)
		}
		code := doc.root.FirstChild().NextSibling().NextSibling().(*ast.FencedCodeBlock)
		if got, want := strings.Fields(strings.ToValidUTF8(string(code.Lines().Value(doc.source)), "\uFFFD")), strings.Fields(strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")); !equal(got, want) {
			t.Errorf("code %q became %q", s, got)
		}
	})
}

// FuzzEncodeTarget checks that a link to any address is that link and no more.
func FuzzEncodeTarget(f *testing.F) {
	for _, s := range hostileTexts {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p := github.newPage("x.md", "Title")
		p.table([]md{"Head"}, [][]md{{webLink("https://x/"+s, "words")}})
		dest, _ := target("https://x/" + s)
		want := "HTML\nH1 \"Title\"\nTABLE TH \"Head\" TD LINK(" + strings.ReplaceAll(string(dest), "&amp;", "&") + " \"words\")\n"
		if got := outline(parse(p.file().Data)); got != want {
			t.Errorf("address %q became\n%s\ninstead of\n%s", s, got, want)
		}
	})
}

func equal(a, b []string) bool { return strings.Join(a, "\x00") == strings.Join(b, "\x00") }

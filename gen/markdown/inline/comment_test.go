package inline

import (
	"bytes"
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"

	"github.com/portspec/portspec/gen/markdown/inline/inlinetest"
)

func TestComment(t *testing.T) {
	for in, want := range map[string]string{
		"":                        "",
		"Agents report, 50% of 3": "Agents report, 50% of 3",
		"@octocat":                "&#64;&#8288;octocat",
		"a#1 owner/repo#12":       "a&#35;&#8288;1 owner/repo&#35;&#8288;12",
		"gh-1 @GL-2":              "gh-&#8288;1 &#64;&#8288;GL-&#8288;2",
		"!1 &2 $3 %4":             "&#33;&#8288;1 &amp;&#8288;2 &#36;&#8288;3 %&#8288;4",
		`~bug ~"two words"`:       `&#126;&#8288;bug &#126;&#8288;"two words"`,
		"0123456789abcdef":        "012345&#8288;6789ab&#8288;cdef",
		"ports 49152-65535":       "ports 49152-65535",
		"https://x.y/z":           "https&#58;&#8288;//x.y/z",
		"www.www.x.y":             "www&#46;&#8288;www&#46;&#8288;x.y",
		"mailto:x@y.z":            "mailto&#58;&#8288;x&#64;&#8288;y.z",
		"[at 10.0.0.2] [epic:1]":  "&#91;at 10.0.0.2&#93; &#91;&#8288;epic&#58;1&#93;",
		"<img src=x>":             "&lt;img src=x&gt;",
		"@\u200bx \u2060":         "&#64;(U+200B)x (U+2060)",
	} {
		if got := Comment(in); got != want {
			t.Errorf("Comment(%q) = %s, want %s", in, got, want)
		}
	}
}

// referring matches the references that GitHub and GitLab look for in the text of a page.
var referring = regexp.MustCompile(`(?i)@\w|#\d|\bg[hl]-\d|[!&$]\d|[~%^*][\pL\pN_"]|\[[a-z_]+:|\b[0-9a-f]{7,}\b|://|\bwww\.\w|mailto:\w`)

var tag = regexp.MustCompile(`<[^>]*>`)

func FuzzComment(f *testing.F) {
	for _, s := range append([]string{
		"@a@b#1#2", "@gh-1", "#www.x.y", "www.www.x.y", "owner/repo@0123456789abcdef0123456789abcdef01234567",
		"https://https://x", "HTTP://x.y", "x@y.z", "[epic:1] ^alert#1 *iteration:1", "&amp;1 &#64;x", "::add-mask::x", "##[group]x",
	}, inlinetest.Hostile...) {
		f.Add(s)
	}
	md := goldmark.New(goldmark.WithExtensions(extension.GFM))
	f.Fuzz(func(t *testing.T, s string) {
		var page bytes.Buffer
		if err := md.Convert([]byte("- in a list: "+Comment(s)+"\n\n| x | "+Comment(s)+" |\n| --- | --- |\n| "+Comment(s)+" | y |\n"), &page); err != nil {
			t.Fatal(err)
		}
		for _, tag := range tag.FindAllString(page.String(), -1) {
			if !strings.Contains("<ul><li></li></ul><table><thead><tr><th></th></tr></thead><tbody><td></td></tbody></table>", tag) {
				t.Errorf("%q makes %s", s, tag)
			}
		}
		text := html.UnescapeString(tag.ReplaceAllString(page.String(), ""))
		if found := referring.FindString(text); found != "" {
			t.Errorf("%q refers by %q", s, found)
		}
		if n := strings.Count(strings.ReplaceAll(text, apart, ""), Visible(s)); s != "" && n < 3 {
			t.Errorf("%q is shown %d times in %q", s, n, text)
		}
	})
}

package markdown

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/mermaid"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/screen"
)

// hostileTexts are texts that could become something else in pages.
var hostileTexts = []string{
	"a | b || c \\| d",
	"`code` ``more`` ```\nfence\n```",
	"<script>alert(1)</script><img src=x onerror=alert(1)>",
	"<a id=\"flow-web\"></a><!-- x --> --> <![CDATA[x]]> <?x?>",
	"[x](javascript:alert(1)) ![x](https://x/y.png) [x][y] [x]: https://x [^1]",
	"https://evil.example/ http://evil.example www.evil.example ftp://x.y me@evil.example mailto:me@x.y <https://x.y>",
	"# heading\n## heading\nheading\n===\nheading\n---",
	"- item\n+ item\n* item\n1. item\n    code\n> quote\n\n***\n",
	"**strong** *em* __strong__ _em_ ~~gone~~ ==mark== ^sup^ x^2^ H~2~O",
	"{{ x }} {% x %} {# x #} ${x} $(x) $x$ $$x$$ {{< x >}} {{% x %}} {: #id .class }",
	"&lt;b&gt; &amp; &#60;b&#62; &copy &nbsp; &#x202e;",
	"\"quotes\" 'quotes' \\\"escaped\\\" \\",
	"a\r\nb\rc\u2028d\u2029e\vf\fg\u0085h",
	"שרת (10.1.1.11), خادم [2]", "right\u202eto\u202dleft\u2066x\u2069 zero\u200bwidth\u200d \ufeffmark \u00adsoft \U000e0041tag",
	"\x00\x01\x07\x08\x1b[31mred\x7f\u0080\u009f",
	"\xff\xfe\xc3\x28 not UTF-8",
	"%% comment */ /* // -- # ; rem ' !tag !!python/object:x *alias &anchor",
	"!!! note\n    x\n??? x\n\nTerm\n: definition\n\n[TOC]\n--8<-- \"x\"\n:smile: @user #1 GH-1",
	"(label)=", "import x from 'y'", "export const x = 1", "/// note\n    x\n///", ":::note\nx\n:::", "::leaf[x]{y=z} :text[x]{y=z}", "+++ {\"x\": 1}", "% comment",
	"{ref}`x` {doc}`x` |x| `x`_ .. note:: x", "\\\\server\\share C:\\.x \\- \\' \\`", "x {#id .class onclick=\"x\"} {: onclick=\"x\" } { #id }", "{{< ref \"x\" >}} {{%/* x */%}} {{- x -}}",
	"(c) (tm) 1/2 +/- --> =/= c/o 1st", "H~2~O ++x++ ^^x^^ ~~x~~ {++x++} {--x--} {>>x<<}",
	"| --- | --- |",
	"-", "=", "1.", "2)", "+", "#", ">", "|", "\\", "`", "~", ":", "a.", "&", "!", "[", "]", "_", "*", "http://", "www.", " \t\n",
	strings.Repeat("very long ", 100),
	strings.Repeat("unbroken", 100),
	strings.Repeat("[", 100) + strings.Repeat("*", 100) + strings.Repeat("`", 100),
}

// textFields are the fields of the model that contain text rather than ids, and
// the lists of host names.
var textFields = []string{
	"Name", "Vendor", "Version", "Description", "Purpose", "Note", "App", "OffUntil", "How", "Setting", "Unknown", "Per", "NoRule",
	"Title", "Publisher", "Edition", "Cell", "Reason", "Provided", "Says", "Encoded", "Why", "Processes",
	"Names", "Addresses", "Networks", "Groups",
}

// versionFields are text only in a [model.Versions].
var versionFields = []string{"From", "Before"}

// rewrite replaces each text of a catalogue.
func rewrite(c *model.Catalog, replace func(string) string) *model.Catalog {
	var walk func(v reflect.Value, isText bool)
	walk = func(v reflect.Value, isText bool) {
		switch v.Kind() {
		case reflect.Pointer:
			if !v.IsNil() {
				walk(v.Elem(), isText)
			}
		case reflect.Slice:
			for i := range v.Len() {
				walk(v.Index(i), isText)
			}
		case reflect.Map:
			for _, k := range slices.SortedFunc(slices.Values(v.MapKeys()), func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) }) {
				if isText && v.Type().Elem().Kind() == reflect.String {
					v.SetMapIndex(k, reflect.ValueOf(replace(v.MapIndex(k).String())))
					continue
				}
				walk(v.MapIndex(k), isText)
			}
		case reflect.Struct:
			for i := range v.NumField() {
				f := v.Type().Field(i)
				names := textFields
				if v.Type() == reflect.TypeFor[model.Versions]() {
					names = versionFields
				}
				walk(v.Field(i), slices.Contains(names, f.Name))
			}
		case reflect.String:
			if isText && v.Len() > 0 {
				v.SetString(replace(v.String()))
			}
		}
	}
	walk(reflect.ValueOf(c), false)
	return c
}

// hostile returns the catalogue of all shapes with a hostile text in every place.
func hostile() *model.Catalog {
	n := 0
	return rewrite(shapes(), func(string) string { n++; return hostileTexts[n%len(hostileTexts)] })
}

// Whatever the texts of a spec, its pages have the same structure: headings,
// tables, cells, links and anchors. Only words differ.
func TestHostileTextIsText(t *testing.T) {
	n := 0
	tame := generate(t, rewrite(shapes(), func(string) string { n++; return fmt.Sprintf("text%d", n) }))
	for shift := range hostileTexts {
		n := shift
		for i, f := range generate(t, rewrite(shapes(), func(string) string { n++; return hostileTexts[n%len(hostileTexts)] })) {
			got, want := skeleton(f.Data), skeleton(tame[i].Data)
			for j := range max(len(got), len(want)) {
				if j >= len(got) || j >= len(want) || got[j] != want[j] {
					t.Fatalf("%s, shift %d, block %d: got\n%.3000s\nwant\n%.3000s", f.Path, shift, j, at(got, j), at(want, j))
				}
			}
		}
	}
}

// skeleton returns the outline of a page without its words, one line for each block.
func skeleton(page []byte) []string {
	d := parse(page)
	d.wordless = true
	return strings.Split(outline(d), "\n")
}

func at(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return "(nothing)"
}

// Invisible characters, and those that change the direction of writing, do not
// get into pages.
func TestNoInvisibleCharacters(t *testing.T) {
	for _, f := range generate(t, hostile()) {
		for i, r := range string(f.Data) {
			if r != '\n' && r != ' ' && screen.Hidden(r) {
				t.Errorf("%s: %U at byte %d", f.Path, r, i)
			}
		}
	}
}

// Pages have no syntax of template languages that pipelines run before Markdown, except for
// what a flavor itself writes.
func TestNoTemplateSyntax(t *testing.T) {
	own := regexp.MustCompile(`\{\{< relref "[^"]*" >\}\}|(?m:^#+ .* \{#[a-z0-9._-]+\}$)`)
	for _, name := range Flavors() {
		files, _ := Options{Flavor: name}.Generate(hostile(), mermaid.Draw)
		if name == "mkdocs" {
			jinjaKeeps(t, files)
		}
		for _, f := range files {
			data := string(f.Data)
			if name != "mkdocs" {
				data = own.ReplaceAllString(data, "")
			}
			body := data
			if head, rest, ok := strings.Cut(data, "\n---\n"); ok && strings.HasPrefix(head, "---\n") { // front matter is not Markdown
				body = rest
			}
			for _, sign := range []string{"{{", "{%", "{#", "${"} {
				if strings.Contains(data, sign) {
					t.Errorf("%s: %s contains %s", name, f.Path, sign)
				}
			}
			for _, sign := range []string{"--8<--", "<script", "\n[TOC]"} {
				if strings.Contains(body, sign) {
					t.Errorf("%s: %s contains %s", name, f.Path, sign)
				}
			}
		}
	}
}

// jinjaKeeps tests that Jinja, which the plugin macros of MkDocs runs on pages, does not change
// files.
func jinjaKeeps(t *testing.T, files []gen.File) {
	t.Helper()
	dir := t.TempDir()
	for i, f := range files {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprint(i)), f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	const render = `
import jinja2, os, sys
kept = 0
for name in os.listdir(sys.argv[1]):
    text = open(os.path.join(sys.argv[1], name), newline="").read()
    if jinja2.Environment(keep_trailing_newline=True).from_string(text).render() != text:
        sys.exit("changed: " + text[:2000])
    kept += 1
print(kept)
`
	// MkDocs from Debian's packages needs Jinja there.
	out, err := exec.Command("/usr/bin/python3", "-c", render, dir).CombinedOutput()
	if err != nil || strings.TrimSpace(string(out)) != fmt.Sprint(len(files)) {
		t.Errorf("Jinja: %v\n%s", err, out)
	}
}

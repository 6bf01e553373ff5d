package markdown

import (
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/yuin/goldmark/ast"
	"go.yaml.in/yaml/v3"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/markdown/inline"
	"github.com/portspec/portspec/gen/markdown/inline/inlinetest"
	"github.com/portspec/portspec/gen/mermaid"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/screen"
)

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
	return rewrite(shapes(), func(string) string { n++; return inlinetest.Hostile[n%len(inlinetest.Hostile)] })
}

// Whatever the texts of a spec, its pages have the same structure: headings,
// tables, cells, links and anchors. Only words differ.
func TestHostileTextIsText(t *testing.T) {
	n := 0
	tame := generate(t, rewrite(shapes(), func(string) string { n++; return fmt.Sprintf("text%d", n) }))
	for shift := range inlinetest.Hostile {
		n := shift
		for i, f := range generate(t, rewrite(shapes(), func(string) string { n++; return inlinetest.Hostile[n%len(inlinetest.Hostile)] })) {
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
	for _, title := range inlinetest.Hostile {
		for _, f := range flavors[1:] {
			p := f.newPage("products/x.md", title)
			p.description, p.label = title, title
			var read map[string]any
			head, ok := strings.CutPrefix(string(p.file().Data), "---\n")
			head, _, closed := strings.Cut(head, "\n---\n")
			if err := yaml.Unmarshal([]byte(head), &read); err != nil || !ok || !closed {
				t.Fatalf("%s, title %q: %v\n%s", f.name, title, err, head)
			}
			want := inline.Visible(title)
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
	for _, s := range inlinetest.Hostile {
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
		v := inline.Visible(s)
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
	for _, s := range inlinetest.Hostile {
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
	for _, s := range inlinetest.Hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p := github.newPage("x.md", "Title")
		p.table([]md{"Head"}, [][]md{{webLink("https://x/"+s, "words")}})
		dest, _ := inline.Target("https://x/" + s)
		want := "HTML\nH1 \"Title\"\nTABLE TH \"Head\" TD LINK(" + strings.ReplaceAll(string(dest), "&amp;", "&") + " \"words\")\n"
		if got := outline(parse(p.file().Data)); got != want {
			t.Errorf("address %q became\n%s\ninstead of\n%s", s, got, want)
		}
	})
}

func equal(a, b []string) bool { return strings.Join(a, "\x00") == strings.Join(b, "\x00") }

package golang

import (
	"go/ast"
	goconstant "go/constant"
	"go/doc"
	"go/doc/comment"
	"go/format"
	"go/parser"
	"go/token"
	"strings"
	"testing"
	"unicode"
)

func TestVisible(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"Web interface", "Web interface"},
		{" two \n lines\tand\u00a0more\u2028here ", "two lines and more here"},
		{"*/ //go:embed x", "*/ //go:embed x"},
		{"\u202etxt.exe\u2066", `\u202etxt.exe\u2066`},
		{"bell\a nul\x00 bom\ufeff", `bell\a nul\x00 bom\ufeff`},
		{"not \xff UTF-8 \x8a", `not \xff UTF-8 \x8a`},
		{"set to '' or ``", "set to ’’ or ‘‘"},
		{"O'Brien `x`", "O'Brien `x`"},
		{`C:\temp "x" ${y} {{ z }} %s`, `C:\temp "x" ${y} {{ z }} %s`},
		{"größer 日本語 😀", "größer 日本語 😀"},
	} {
		if got := visible(c.text); got != c.want {
			t.Errorf("visible(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}

func TestDocComment(t *testing.T) {
	long := strings.Repeat("word ", 14)
	for _, c := range []struct{ name, text, want string }{
		{"a full stop is added", "X is a port", "// X is a port."},
		{"a mark stays", "X is a port: why?", "// X is a port: why?"},
		{"lines are broken", long + "and more", "// " + strings.TrimSpace(long) + " and\n// more."},
		{"not before a build constraint", long + "+build ignore", "// " + strings.TrimSpace(long) + " +build\n// ignore."},
		{"not before a heading", long + "# Heading", "// " + strings.TrimSpace(long) + " #\n// Heading."},
		{"not before a mark", long + "xyz BUG(me): no", "// " + strings.TrimSpace(long) + " xyz BUG(me):\n// no."},
		{"not before a link definition", long + "xyz [a]: http://b", "// " + strings.TrimSpace(long) + " xyz [a]:\n// http://b."},
		{"but before a link", long + "see [Flows], please", "// " + strings.TrimSpace(long) + " see\n// [Flows], please."},
	} {
		var d docComment
		d.paragraph(c.text)
		if got := d.String(); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

func TestDocCommentBlocks(t *testing.T) {
	var d docComment
	d.paragraph("Package x")
	d.code("for {", "\tf()", "", "}")
	d.heading("More")
	d.paragraph("These:")
	d.items("one", "two")
	const want = `// Package x.
//
//	for {
//		f()
//
//	}
//
// # More
//
// These:
//
//   - one.
//   - two.`
	if got := d.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestAside(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"UMS Server", "// UMS Server"},
		{"two\nlines", "// two lines"},
		{"+build ignore", "// “+build ignore”"},
		{"BUG(me): x", "// “BUG(me): x”"},
	} {
		if got := aside(c.text); got != c.want {
			t.Errorf("aside(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}

// hostileTexts are texts that Go or its tools could misinterpret.
var hostileTexts = []string{
	"*/ func init() { panic(1) } /*",
	"x\n//go:build ignore\n//line evil.go:1\n// +build ignore\n//export F",
	"//go:generate rm -rf /", "//line x.go:1", "+build ignore", "line x:1",
	"\"quoted\" `raw` ${HOME} $(id) {{ .X }} {% x %} %s %% <script>alert(1)</script> | !!python/object",
	"\u202egnp.exe \u2066\u2069\u200f\u061c\u200b\ufeff\u00ad",
	"nul\x00 bell\a esc\x1b[31m del\x7f\r\n\t\v\f\u0085\u2028\u2029",
	"# Heading", "- item", "1. item", "[Flows]: https://example.com", "[os.Exit] [Flows] [x]",
	"BUG(me): not one", "Deprecated: not so", "TODO(you): x", "Output: x",
	"`` '' ``` '''", "https://example.com/''x", "\\", "{", "}", "'", "\"", "`",
	strings.Repeat("long ", 50), strings.Repeat("x", 200), strings.Repeat("[a]: b ", 20),
	"عربى עברית 日本語 😀 e\u0301", "ÿþ", "a", "A b", "Only a heading", " ", "0",
}

func FuzzEncodeDocComment(f *testing.F) {
	for _, text := range append(hostileTexts, "\xff\xfe", "a\xc3") {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var d docComment
		d.paragraph("X is a port: " + text)
		d.items("Only where "+text, text+" and more")
		src := "package p\n\n" + d.String() + "\nconst X = 1 " + aside(text)
		formatted, err := format.Source([]byte(src + "\n"))
		if err != nil {
			t.Fatalf("%v\n%s", err, src)
		}
		if got := string(formatted); strings.TrimSpace(got) != strings.TrimSpace(src) {
			t.Fatalf("gofmt changes\n%s\nto\n%s", src, got)
		}
		file := parseSafe(t, src)
		group := file.Decls[0].(*ast.GenDecl).Doc
		blocks := new(comment.Parser).Parse(group.Text()).Content
		if len(blocks) != 2 {
			t.Fatalf("%d blocks in\n%s", len(blocks), src)
		}
		para, list := blocks[0].(*comment.Paragraph), blocks[1].(*comment.List)
		check := func(texts []comment.Text, want string) {
			t.Helper()
			if got, want := plain(texts), sentence(want); got != want {
				t.Fatalf("reads %q\nwant  %q", got, want)
			}
		}
		check(para.Text, visible("X is a port: "+text))
		if len(list.Items) != 2 || len(list.Items[0].Content) != 1 || len(list.Items[1].Content) != 1 {
			t.Fatalf("not two items in\n%s", src)
		}
		check(list.Items[0].Content[0].(*comment.Paragraph).Text, visible("Only where "+text))
		check(list.Items[1].Content[0].(*comment.Paragraph).Text, quoteMark(visible(text+" and more")))
	})
}

// plain returns the text of a comment as readers see it, on one line.
func plain(texts []comment.Text) string {
	var b strings.Builder
	for _, text := range texts {
		switch text := text.(type) {
		case comment.Plain:
			b.WriteString(string(text))
		case comment.Italic:
			b.WriteString(string(text))
		case *comment.Link:
			b.WriteString(plain(text.Text))
		case *comment.DocLink:
			b.WriteString("[" + plain(text.Text) + "]")
		}
	}
	return strings.ReplaceAll(b.String(), "\n", " ")
}

// parseSafe parses a file and checks that its comments have no effect, and that nothing in it
// changes the direction of text.
func parseSafe(t *testing.T, src string) *ast.File {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "x.go", src, parser.ParseComments)
	if err != nil {
		t.Fatalf("%v\n%s", err, src)
	}
	for _, r := range src {
		if r != '\n' && r != '\t' && r != ' ' && !unicode.IsPrint(r) {
			t.Fatalf("unprintable %U in\n%s", r, src)
		}
	}
	for _, group := range file.Comments {
		for _, c := range group.List {
			line := c.Text
			if line != "//" && !strings.HasPrefix(line, "// ") && !strings.HasPrefix(line, "//\t") {
				t.Fatalf("%q is more than a comment", line)
			}
			if strings.HasPrefix(strings.TrimLeft(line, "/ \t"), "+build") {
				t.Fatalf("%q is a build constraint", line)
			}
		}
		for _, para := range strings.Split(group.Text(), "\n\n") {
			if strings.HasPrefix(para, "Deprecated:") {
				t.Fatalf("deprecated in\n%s", group.Text())
			}
		}
	}
	if pos := fset.Position(file.End()); pos.Filename != "x.go" {
		t.Fatalf("a line directive says %s in\n%s", pos, src)
	}
	pkg, err := doc.NewFromFiles(fset, []*ast.File{file}, "example.test/p", doc.AllDecls|doc.PreserveAST)
	if err != nil {
		t.Fatal(err)
	}
	if len(pkg.Notes) > 0 {
		t.Fatalf("notes %v in\n%s", pkg.Notes, src)
	}
	return file
}

func FuzzEncodeLiteral(f *testing.F) {
	for _, text := range append(hostileTexts, "\xff\xfe", "a\xc3") {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		src := "package p\n\nconst X = " + literal(text) + "\n"
		file := parseSafe(t, src)
		value := file.Decls[0].(*ast.GenDecl).Specs[0].(*ast.ValueSpec).Values[0].(*ast.BasicLit)
		if got := goconstant.StringVal(goconstant.MakeFromLiteral(value.Value, token.STRING, 0)); got != text {
			t.Fatalf("%s reads %q, want %q", value.Value, got, text)
		}
	})
}

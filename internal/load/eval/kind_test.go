package eval

import (
	"io/fs"
	"strings"
	"testing"

	"cuelang.org/go/cue/parser"

	"github.com/portspec/portspec/specs"
)

// TestIsPlain writes the labels of catalogues and sites in every way: only files that are not
// parsed to such a kind are plain. Most real files of products are.
func TestIsPlain(t *testing.T) {
	for text, want := range map[string]bool{
		"catalog: {}":                             false,
		"a: 1, site : {}":                         false,
		"\"site\": {}":                            false,
		"\"s\\u0069te\": {}":                      false,
		"\"\\U00000073ite\": {}":                  false,
		"site:\tid: \"x\"":                        false,
		"site: id: \"x\"\r\na: 1":                 false,
		"// a\nsite: 1":                           false,
		"X=site: 1, a: X":                         false,
		"a: 1,site: 1":                            false,
		"website: 1":                              true,
		"_site: 1, catalogue: 1":                  true,
		"a: site, let site = 1":                   true,
		"a: \"the site, or the catalog\"":         true,
		"a: {b: \"at the site\\nof the vendor\"}": true,
		"a: {b: \"at the site: not here\"}":       true,
	} {
		f, err := parser.ParseFile("x.cue", "package x\n"+text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if got := IsPlain([]byte("package x\n" + text)); got != want {
			t.Errorf("%s is plain: %t", text, got)
		}
		if kind := KindOf(f); (kind == PlainKind) != want {
			t.Errorf("%s is of kind %d", text, kind)
		}
	}
	err := fs.WalkDir(specs.Files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, ".cue") {
			return err
		}
		data, err := fs.ReadFile(specs.Files, name)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(name, data)
		if err != nil {
			return err
		}
		if plain := IsPlain(data); plain != (KindOf(f) == PlainKind) {
			t.Errorf("%s is plain: %t", name, plain)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

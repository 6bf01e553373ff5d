package internal_test

import (
	"go/ast"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// awkward lists phrases that read like a translation, with what to write instead. Each was found
// several times, in messages or in documents.
var awkward = []struct {
	phrase  *regexp.Regexp
	instead string
}{
	{regexp.MustCompile(`taken at run time`), "chosen at run time"},
	{regexp.MustCompile(`\b(add|save) what \S+ (gives|prints)`), "add the output of it"},
	{regexp.MustCompile(`\b(device|CloudFormation|clusters?|program) takes? (about )?[%0-9]`), "allows, or accepts"},
	{regexp.MustCompile(`\bgo(es)? on on\b`), "continues on"},
	{regexp.MustCompile(`\bnot \w+ any ?more\b`), "no longer"},
	{regexp.MustCompile(`\b(is|are) said (to be|so)\b`), "is reported, or is"},
	{regexp.MustCompile(`\bstands here\b`), "is here"},
	{regexp.MustCompile(`\bit is no (workspace|folder|file|object|port|number|list)\b`), "it is not a"},
	{regexp.MustCompile(`\bwhat contradicts\b`), "contradictions"},
	{regexp.MustCompile(`\bis given twice\b`), "is specified twice, or duplicate"},
	{regexp.MustCompile(`\bwanted twice\b`), "needed twice"},
	{regexp.MustCompile(`\b(heeds?|heeded)\b`), "follows, or respects"},
	{regexp.MustCompile(`\b[Nn]obody can tell\b`), "it is not known"},
	{regexp.MustCompile(`\b(rules|page) of before\b`), "previous, or former"},
	{regexp.MustCompile(`\b(evidence|line|file|output) is cut\b`), "is truncated"},
	{regexp.MustCompile(`\bof [0-9,]+( \w+)? are cut\b`), "are cut after"},
	{regexp.MustCompile(`\b(is|are) taken (together|to be)\b`), "are combined, or count as"},
	{regexp.MustCompile(`\blet \S+( and \S+)? agree\b`), "make them agree"},
	{regexp.MustCompile(`\bin the place of\b`), "instead of"},
	{regexp.MustCompile(`\bhas to say of\b`), "reports about"},
	{regexp.MustCompile(`\bfrom no known\b`), "from an unknown"},
	{regexp.MustCompile(`; known are\b`), "use"},
}

// TestWording finds awkward phrases in documents and in what the program prints.
func TestWording(t *testing.T) {
	check := func(where, text string) {
		for _, a := range awkward {
			if found := a.phrase.FindString(text); found != "" {
				t.Errorf("%s: %q; write %s", where, found, a.instead)
			}
		}
	}
	sources(t, func(own string, fset *token.FileSet, f *ast.File) {
		ast.Inspect(f, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				text, _ := strconv.Unquote(lit.Value)
				check(own+":"+strconv.Itoa(fset.Position(lit.Pos()).Line), strings.Join(strings.Fields(text), " "))
			}
			return true
		})
	})
	schema, err := filepath.Glob("../schema/*.cue")
	if err != nil || len(schema) == 0 {
		t.Fatalf("no schema: %v", err)
	}
	for _, name := range append(documents(t), schema...) {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		check(name, strings.Join(strings.Fields(strings.ReplaceAll(string(text), "\n\t// ", " ")), " "))
	}
}

// documents lists the documents for people.
func documents(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, pattern := range []string{"../*.md", "../docs/*.md"} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("no files %s: %v", pattern, err)
		}
		all = append(all, found...)
	}
	return all
}

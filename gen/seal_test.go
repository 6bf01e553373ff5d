package gen

import (
	"strings"
	"testing"
)

func TestSeal(t *testing.T) {
	for name, text := range map[string]string{
		"a.go":    "// " + Header + "\n\npackage a\n",
		"a.md":    "<!-- " + Header + "\nChange the spec and generate again. -->\n\n# A\n",
		"f.md":    "---\n# " + Header + "\ntitle: \"A\"\n---\n\n# A\n",
		"a.mmd":   "%% " + Header + "\nflowchart LR\n",
		"x/a.yml": "# " + Header + "\n---\na: 1\n",
		"b.yml":   "# " + Header + "\n",
		"f.py":    "# " + Header + "\n\nx = 1\n",
	} {
		if !CanSeal(name) || Sealed(name, []byte(text)) {
			t.Errorf("%s counts as sealed without a seal", name)
		}
		sealed := string(Seal(name, []byte(text)))
		begin, rest, _ := strings.Cut(text, Header)
		end, rest, _ := strings.Cut(rest, "\n")
		header := begin + Header + end
		first, below := sealed[:len(header)], sealed[len(header)+1:]
		line, last, _ := strings.Cut(below, "\n")
		if first != header || last != rest || !strings.Contains(line, "portspec:sum ") {
			t.Errorf("%s: sealed it is\n%s", name, sealed)
		}
		if !Sealed(name, []byte(sealed)) || !Sealed(name, []byte(strings.ReplaceAll(sealed, "\n", "\r\n"))) {
			t.Errorf("%s: the seal was not recognized:\n%s", name, sealed)
		}
		for what, edited := range map[string]string{
			"a line more":    sealed + "\n",
			"another header": "x" + sealed,
			"no header":      strings.Replace(sealed, Header, "", 1),
			"no seal":        text,
			"another hash":   strings.Replace(sealed, "sum ", "sum 0", 1),
			"an empty hash":  header + "\n" + strings.TrimRight(line, "0123456789abcdef") + "\n" + rest,
			"the seal alone": line + "\n",
			"nothing":        "",
		} {
			if edited != sealed && Sealed(name, []byte(edited)) {
				t.Errorf("%s: %s was not noticed:\n%s", name, what, edited)
			}
		}
		if Sealed("a.csv", []byte(sealed)) {
			t.Error("a table was sealed")
		}
	}
	for name, text := range map[string]string{"a.csv": Header + "\na,b\n", "a.md": "# By hand\n", "b.md": Header} {
		if got := string(Seal(name, []byte(text))); got != text {
			t.Errorf("%s: %q became %q", name, text, got)
		}
	}
}

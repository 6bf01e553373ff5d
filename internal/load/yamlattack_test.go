package load

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/portspec/portspec/internal/source"
)

// TestYAMLAttacks reads documents with which other readers of YAML run code, or take any amount
// of time or memory: as a site and as a configuration, each is rejected quickly, at its line.
func TestYAMLAttacks(t *testing.T) {
	laughs := "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: &d [*c, *c]\ne: [*d, *d]\n"
	wide := strings.Repeat("x, ", 60_000)
	for name, c := range map[string]struct{ text, want string }{
		"an alias":                  {"version: &v 1\nsite: *v\n", "is an alias"},
		"an anchor":                 {"version: &v 1\n", "is an anchor"},
		"an anchor of a map":        {"hosts: &h {a: 1}\n", "is an anchor"},
		"an anchor of a key":        {"&k version: 1\n", "this key is not a plain string"},
		"an alias as a key":         {"a: &k b\n*k : 1\n", "this key is not a plain string"},
		"laughs":                    {laughs, "is an alias"},
		"many laughs":               {"a: &a x\nb: [" + strings.Repeat("*a, ", 100_000) + "x]\n", "is an alias"},
		"an alias to itself":        {"a: &a [*a]\n", ""},
		"a merge":                   {"a: {x: 1}\n<<: {version: 1}\n", "merges what an alias stands for"},
		"merges":                    {"<<: [{a: 1}, {b: 2}]\n", "merges what an alias stands for"},
		"a merge of an alias":       {"a: &a {x: 1}\nb: {<<: *a}\n", "merges what an alias stands for"},
		"binary":                    {"site: !!binary aGk=\n", "!!binary is a tag"},
		"an object":                 {"site: !!python/object/apply:os.system [id]\n", "is a tag"},
		"a tag of one's own":        {"site: !x y\n", "!x is a tag"},
		"a whole tag":               {"site: !<tag:yaml.org,2002:str> y\n", "is a tag"},
		"a tag on a text":           {"version: !!str 1\n", "!!str is a tag"},
		"a tag on a map":            {"hosts: !!map {}\n", "!!map is a tag"},
		"a tag on a set":            {"hosts: !!set {a, b}\n", "!!set is a tag"},
		"an anchor on the document": {"--- &a\nversion: 1\n", "is an anchor"},
		"a tag on a key":            {"!!str version: 1\n", "this key is not a plain string"},
		"a tag on the document":     {"!!omap\nversion: 1\n", "!!omap is a tag"},
		"a directive of a tag":      {"%TAG ! tag:example.com,2000:\n---\nsite: !x y\n", ""},
		"a map as a key":            {"? {a: 1}\n: 1\n", "this key is not a plain string"},
		"a key twice":               {"version: 1\nversion: 1\n", "version"},
		"a key twice, quoted":       {"version: 1\n\"version\": 1\n", "version"},
		"two documents":             {"version: 1\n---\nversion: 1\n", ""},
		"what follows":              {"version: 1\n...\nsite: x\n", ""},
		"another edition":           {"%YAML 9.9\n---\nversion: 1\n", ""},
		"a NUL":                     {"version: 1\x00\n", ""},
		"an ESC":                    {"site: \"\x1b[2J\"\n", ""},
		"UTF-16":                    {"\xff\xfev\x00:\x00 \x001\x00\n\x00", ""},
		"UTF-16, the other way":     {"\xfe\xff\x00v\x00:\x00 \x001", ""},
		"UTF-32":                    {"\xff\xfe\x00\x00v\x00\x00\x00", ""},
		"no UTF-8":                  {"site: \xff\xfe\xfd\n", ""},
		"deep lists":                {"hosts: " + strings.Repeat("[", 100_000) + "\n", ""},
		"deep lists, closed":        {"hosts: " + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + "\n", ""},
		"deep maps":                 {strings.Repeat("{a: ", 100_000) + "\n", ""},
		"deep by indents":           {deepYAML(2_000), ""},
		"deep by dashes":            {strings.Repeat("- ", 100_000) + "x\n", ""},
		"a wide list":               {"hosts: [" + wide + "x]\n", ""},
		"a wide map":                {"hosts: {" + strings.ReplaceAll(wide, "x, ", "x: 1, ") + "}\n", ""},
		"a long text":               {"site: " + strings.Repeat("x", 3_000_000) + "\n", ""},
		"a long key":                {strings.Repeat("x", 3_000_000) + ": 1\n", ""},
		"a long number":             {"version: " + strings.Repeat("9", 1_000_000) + "\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, of := range []source.Kind{ofSite, ofConfig} {
				start := time.Now()
				_, found := source.ReadFields("x.yaml", []byte(c.text), of)
				if took := time.Since(start); took > time.Minute {
					t.Errorf("%s took %v", of.Noun, took)
				}
				reported := c.want == ""
				for _, f := range found {
					reported = reported || strings.Contains(f.Message, c.want)
				}
				if !reported {
					t.Errorf("%s: want %q in %v", of.Noun, c.want, found[:min(len(found), 10)])
				}
				for _, f := range found[:min(len(found), 100)] {
					checkPlace(t, fstest.MapFS{"x.yaml": {Data: []byte(c.text)}}, f, f.Position)
				}
			}
			if len(c.text) > 100_000 {
				return // evaluation has its own limits
			}
			if _, found := EvaluateConfig("portspec.yaml", []byte(c.text)); len(found) == 0 {
				t.Error("accepted as a configuration")
			}
		})
	}
}

func deepYAML(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}

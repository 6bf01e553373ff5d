package ansible

import (
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/portspec/portspec/gen"
)

func TestText(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"a word", "Devices", `Devices`},
		{"words", "UMS Server", `UMS Server`},
		{"nothing", "", `""`},
		{"punctuation", `Files: "all", #1`, `"Files: \"all\", #1"`},
		{"a switch", "on", `"on"`},
		{"a switch in capitals", "Yes", `"Yes"`},
		{"null", "null", `"null"`},
		{"a tilde", "~", `"~"`},
		{"a number", "12.04", `"12.04"`},
		{"minutes to YAML 1.1", "20:21", `"20:21"`},
		{"a number with an exponent", "1e3", `"1e3"`},
		{"a date", "2026-01-02", `"2026-01-02"`},
		{"a merge key", "<<", `"<<"`},
		{"a tag", "!!python/object/apply:os.system [id]", `"!!python/object/apply:os.system [id]"`},
		{"an alias", "*anchor", `"*anchor"`},
		{"the end of the document", "---", `"---"`},
		{"a Jinja expression", "{{ lookup('pipe', 'id') }}", `!unsafe "{{ lookup('pipe', 'id') }}"`},
		{"a Jinja statement", "50{% if true %}", `!unsafe "50{% if true %}"`},
		{"a Jinja comment", "a {# b", `!unsafe "a {# b"`},
		{"other delimiters for Jinja", "#jinja2: variable_start_string:'<<'", `!unsafe "#jinja2: variable_start_string:'<<'"`},
		{"braces", "{a} }}", `"{a} }}"`},
		{"lines", "one\n---\r\ntwo\ttabs", `"one --- two tabs"`},
		{"a zero byte", "a\x00b", `"a[U+0000]b"`},
		{"an escape", "\x1b[31mred", `"[U+001B][31mred"`},
		{"right to left", "a\u202eb", `"a[U+202E]b"`},
		{"a byte order mark", "\ufeffa", `"[U+FEFF]a"`},
		{"a line separator", "a\u2028b", `a b`},
		{"not UTF-8", "a\xffb", "\"a\ufffdb\""},
		{"letters", "Größe 日本", `"Größe 日本"`},
		{"quotes", `it's "so"`, `"it's \"so\""`},
		{"a backslash", `C:\new`, `"C:\\new"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := strings.TrimSpace(string(marshal(text(c.in)))); got != c.want {
				t.Errorf("%q is %s, want %s", c.in, got, c.want)
			}
		})
	}
}

func TestPrefix(t *testing.T) {
	for id, want := range map[string]string{
		"igel-ums": "igel_ums", "shopping": "shopping", "1e-client": "_1e_client",
		"ansible": "_ansible", "ansible-tower": "_ansible_tower", "0": "_0",
	} {
		if got := prefix(id); got != want {
			t.Errorf("%s is %s, want %s", id, got, want)
		}
	}
}

func FuzzEncodeText(f *testing.F) {
	for _, s := range []string{
		"Devices", "on", "12.04", "20:21", "{{ 7 * 7 }}", "{%", "#jinja2: x", "a\nb: c", "- a", "!!binary aGk=", "&a *a",
		"\u202e", "\x00", "\xff", "|", ">-", "'", `"`, "# a", "\ufffe", "a\u0085b", "=", "<<", "y", "0o7", "-.inf", " a ",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m := newMapping()
		m.set("before", text("a"))
		m.set("text", text(s))
		m.set("list", list([]node{text(s), text("b")}))
		data := marshal(m.node)
		var doc yaml.Node
		if err := yaml.Unmarshal(data, &doc); err != nil {
			t.Fatalf("%v\n%s", err, data)
		}
		fields := doc.Content[0].Content
		if len(fields) != 6 {
			t.Fatalf("%d nodes, want 6\n%s", len(fields), data)
		}
		for _, n := range []*yaml.Node{fields[3], fields[5].Content[0]} {
			if n.Value != gen.Visible(s) {
				t.Errorf("%q came back as %q", gen.Visible(s), n.Value)
			}
			if n.Tag != "!!str" && n.Tag != "!unsafe" {
				t.Errorf("%q has the tag %s", s, n.Tag)
			}
			if isTemplate(n.Value) != (n.Tag == "!unsafe") {
				t.Errorf("%q has the tag %s, as a template or not", s, n.Tag)
			}
		}
		if strings.Count(string(data), "\n") != 3 {
			t.Errorf("not one line a field:\n%s", data)
		}
	})
}

package gen

import (
	"bytes"
	"strings"

	"go.yaml.in/yaml/v3"
)

// CommentLine returns a text that stays within a one-line comment in any syntax whose comments
// run to the end of the line: printable ASCII without backslashes, which may continue a line.
func CommentLine(s string) string {
	return strings.Map(func(c rune) rune {
		if c < ' ' || c > '~' || c == '\\' {
			return '_'
		}
		return c
	}, s)
}

// Plain returns a text of which only ASCII letters, digits and the given characters are left;
// each other character becomes an underscore.
func Plain(s, also string) string {
	return strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune(also, c) {
			return c
		}
		return '_'
	}, s)
}

// CommentLines returns lines as comments behind a sign, in a syntax whose comments run to the
// end of the line.
func CommentLines(sign string, lines []string) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(sign)
		if l = strings.TrimRight(CommentLine(l), " "); l != "" {
			b.WriteString(" ")
			b.WriteString(l)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// YAML returns a file with one document: the header, lines as comments, and a value, which
// has to consist of texts and numbers.
func YAML(head []string, value any) []byte {
	var b bytes.Buffer
	b.WriteString("# " + Header + "\n\n" + CommentLines("#", head) + "---\n")
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(value); err != nil {
		panic(err)
	}
	return b.Bytes()
}

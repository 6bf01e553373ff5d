package source

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/pattern"
)

// YAML parsers disagree about scalars without quotes: 0443 is 291 to some and 443 to
// others, 12.10 is 12.1, on is true, 22:30 is 1350. Scalars that some parser would read
// as something else are rejected.

var (
	decimal     = pattern.New(`^(0|-?[1-9][0-9]*)$`)
	sexagesimal = pattern.New(`^[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?$`)
	looseNumber = pattern.New(`^[-+]?(0[xob][0-9a-fA-F_]+|[0-9][0-9_]*(\.[0-9_]*)?([eE][-+]?[0-9]+)?|\.[0-9][0-9_]*([eE][-+]?[0-9]+)?)$`)
)

// looseWords are booleans in YAML 1.1.
var looseWords = map[string]string{"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}

// isPlain reports whether a scalar has no quotes.
func isPlain(n *yaml.Node) bool {
	return n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle|yaml.TaggedStyle) == 0
}

// disputed returns a message about how parsers disagree on a plain scalar, and a hint what
// to write instead; "" if they agree.
func disputed(n *yaml.Node) (message, hint string) {
	v := n.Value
	if !isPlain(n) || n.Tag == "!!null" || decimal().MatchString(v) && n.Tag == "!!int" {
		return "", ""
	}
	quoted := "put it in quotes, " + strconv.Quote(v)
	lower := strings.ToLower(v)
	switch meant, isWord := looseWords[lower]; {
	case isWord && slices.Contains([]string{lower, strings.ToUpper(v), strings.ToUpper(v[:1]) + lower[1:]}, v) && len(v) > 1:
		return v + " is " + meant + " to other YAML parsers", "write " + meant + "; if it is a string, " + quoted
	case n.Tag == "!!timestamp":
		return v + " is a date, not a string, to other YAML parsers", quoted
	case n.Tag == "!!bool":
		return "", ""
	case sexagesimal().MatchString(v):
		return v + " is a base-60 number to other YAML parsers", quoted
	case n.Tag != "!!int" && n.Tag != "!!float" && !looseNumber().MatchString(v):
		return "", ""
	}
	meant := wholeNumber(n)
	if meant == "" {
		return v + " is a number, but not a whole number", "if it is a string, " + quoted + "; a port is a whole number"
	}
	return v + " is not the same number to all YAML parsers", "write " + meant + "; if it is a string, " + quoted
}

// wholeNumber returns the integer that was meant, written so that all parsers agree; "" if
// it is not an integer.
func wholeNumber(n *yaml.Node) string {
	digits := strings.ReplaceAll(strings.TrimPrefix(n.Value, "+"), "_", "")
	if plain := strings.TrimLeft(digits, "0"); plain != "" && strings.Trim(plain, "0123456789") == "" {
		return plain // 0443 is a port with a leading zero
	}
	if strings.Trim(digits, "-0") == "" {
		return "0"
	}
	if i, err := strconv.ParseInt(digits, 0, 64); err == nil {
		return strconv.FormatInt(i, 10)
	}
	f, err := strconv.ParseFloat(digits, 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) > 1<<53 {
		return ""
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// agreed reports a finding if parsers disagree about a scalar.
func (y *yamlReading) agreed(n *yaml.Node) {
	if message, hint := disputed(n); message != "" {
		y.report(diag.NotPlainYAML, n, message, hint)
	}
}

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

// Readers of YAML disagree about what is without quotes: 0443 is 291 to some
// and 443 to others, 12.10 is 12.1, on is true, 22:30 is 1350. What one of them
// reads as something else than what is written is refused.

var (
	decimal     = pattern.New(`^(0|-?[1-9][0-9]*)$`)
	sexagesimal = pattern.New(`^[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?$`)
	looseNumber = pattern.New(`^[-+]?(0[xob][0-9a-fA-F_]+|[0-9][0-9_]*(\.[0-9_]*)?([eE][-+]?[0-9]+)?|\.[0-9][0-9_]*([eE][-+]?[0-9]+)?)$`)
)

// loose words are truth values to readers of YAML 1.1.
var looseWords = map[string]string{"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}

// isPlain reports whether a scalar is without quotes.
func isPlain(n *yaml.Node) bool {
	return n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle|yaml.TaggedStyle) == 0
}

// disputed says what of a plain scalar readers disagree about, and what to write
// instead; "" where they agree.
func disputed(n *yaml.Node) (message, hint string) {
	v := n.Value
	if !isPlain(n) || n.Tag == "!!null" || decimal().MatchString(v) && n.Tag == "!!int" {
		return "", ""
	}
	quoted := "put it in quotes, " + strconv.Quote(v)
	lower := strings.ToLower(v)
	switch meant, isWord := looseWords[lower]; {
	case isWord && slices.Contains([]string{lower, strings.ToUpper(v), strings.ToUpper(v[:1]) + lower[1:]}, v) && len(v) > 1:
		return v + " is " + meant + " to other readers of YAML", "write " + meant + "; if it is a text, " + quoted
	case n.Tag == "!!timestamp":
		return v + " is a date, and no text, to other readers of YAML", quoted
	case n.Tag == "!!bool":
		return "", ""
	case sexagesimal().MatchString(v):
		return v + " is a number of base 60 to other readers of YAML", quoted
	case n.Tag != "!!int" && n.Tag != "!!float" && !looseNumber().MatchString(v):
		return "", ""
	}
	meant := wholeNumber(n)
	if meant == "" {
		return v + " is a number, and not a whole one", "if it is a text, " + quoted + "; a port is a whole number"
	}
	return v + " is not the same number to all readers of YAML", "write " + meant + "; if it is a text, " + quoted
}

// wholeNumber is the number that was meant, in the one way in which all readers
// read it; "" where that is not a whole number.
func wholeNumber(n *yaml.Node) string {
	digits := strings.ReplaceAll(strings.TrimPrefix(n.Value, "+"), "_", "")
	if plain := strings.TrimLeft(digits, "0"); plain != "" && strings.Trim(plain, "0123456789") == "" {
		return plain // 0443 is a port with a zero in front
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

// agreed reports a scalar about which readers disagree.
func (y *yamlReading) agreed(n *yaml.Node) {
	if message, hint := disputed(n); message != "" {
		y.report(diag.NotPlainYAML, n, message, hint)
	}
}

package ansible

import (
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/portspec/portspec/gen"
)

// text encodes any text of a spec as a YAML string.
//
//	Devices         →    Devices
//	Files: "all"    →    "Files: \"all\""
//	on              →    "on"
//	{{ 7 * 7 }}     →    !unsafe "{{ 7 * 7 }}"
//
// Ansible runs strings through Jinja when somebody uses them; !unsafe is its
// own mark for those that it must take as they stand.
func text(s string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: gen.Visible(s)}
	switch {
	case isTemplate(n.Value):
		n.Tag = "!unsafe"
		n.Style = yaml.DoubleQuotedStyle | yaml.TaggedStyle
	case !isPlain(n.Value):
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}

// template encodes an expression of ours, which Ansible is to evaluate. No text
// of a spec belongs into it.
func template(s string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s, Style: yaml.DoubleQuotedStyle}
}

// isTemplate reports whether Ansible could see more than text in s: Jinja's
// delimiters, or the line that sets others.
func isTemplate(s string) bool {
	return strings.Contains(s, "{{") || strings.Contains(s, "{%") || strings.Contains(s, "{#") ||
		strings.HasPrefix(s, "#jinja2:")
}

// plain is what no YAML parser takes for anything but a string, save the words
// below. A digit in front could be a number or a date, in YAML 1.1 even 20:21.
var plain = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*(([ =./-]|__?)[A-Za-z0-9]+)*$`)

// words have another meaning in YAML 1.1, which Ansible reads.
var words = map[string]bool{
	"y": true, "yes": true, "on": true, "true": true,
	"n": true, "no": true, "off": true, "false": true, "null": true,
}

func isPlain(s string) bool {
	return plain.MatchString(s) && !words[strings.ToLower(s)]
}

// key is an id as it is written everywhere in the files: with underscores, so
// that it can stand behind a dot, as in igel_ums_ports.ums_server.web. No two
// ids become one, as ids have no underscores.
func key(id string) string { return strings.ReplaceAll(id, "-", "_") }

// prefix begins the names of a product's variables. Variables cannot begin with
// a digit, and those that begin with "ansible" are Ansible's own.
//
//	igel-ums     →    igel_ums
//	1e-client    →    _1e_client
//	ansible      →    _ansible
func prefix(id string) string {
	if id[0] <= '9' || strings.HasPrefix(id, "ansible") {
		return "_" + key(id)
	}
	return key(id)
}

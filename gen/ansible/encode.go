package ansible

import (
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// text encodes any text of a spec as a YAML string.
//
//	Devices         →    Devices
//	Files: "all"    →    "Files: \"all\""
//	on              →    "on"
//	{{ 7 * 7 }}     →    !unsafe "{{ 7 * 7 }}"
//
// Ansible evaluates strings as Jinja templates when they are used; !unsafe is its tag
// for strings to be taken literally.
func text(s string) node {
	if isPlain(s) { // and so visible, and not a template
		return node{style: plain, text: s}
	}
	s = gen.Visible(s)
	switch {
	case isTemplate(s):
		return node{style: unsafe, text: s}
	case !isPlain(s):
		return node{style: inQuotes, text: s}
	}
	return node{style: plain, text: s}
}

// template encodes an expression for Ansible to evaluate. It must not contain text of
// a spec.
func template(s string) node { return node{style: inQuotes, text: s} }

// isTemplate reports whether Ansible could take s for a template: it contains Jinja's
// delimiters, or the line that changes them.
func isTemplate(s string) bool {
	return strings.Contains(s, "{{") || strings.Contains(s, "{%") || strings.Contains(s, "{#") ||
		strings.HasPrefix(s, "#jinja2:")
}

// words have another meaning in YAML 1.1, which Ansible reads.
var words = map[string]bool{
	"y": true, "yes": true, "on": true, "true": true,
	"n": true, "no": true, "off": true, "false": true, "null": true,
}

const longestWord = len("false")

// isPlain reports whether every YAML parser takes s for a string: it consists of words
// of letters and digits, separated by single signs. A leading digit could begin a
// number or a date, in YAML 1.1 even 20:21.
func isPlain(s string) bool {
	if s == "" || !isLetter(s[0]) || !isAlphanumeric(s[len(s)-1]) {
		return false
	}
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case isAlphanumeric(c):
		case c == '_' && s[i-1] == '_' && s[i-2] != '_': // the second of two; s[0] is a letter
		case strings.IndexByte(" =./-_", c) < 0 || !isAlphanumeric(s[i-1]):
			return false
		}
	}
	return len(s) > longestWord || !words[strings.ToLower(s)]
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func isAlphanumeric(c byte) bool { return isLetter(c) || '0' <= c && c <= '9' }

// key is an id with underscores, so that it can follow a dot, as in
// igel_ums_ports.ums_server.web. Different ids have different keys, because ids have no
// underscores.
func key(id string) string { return string(appendKey(make([]byte, 0, len(id)), id)) }

// keys returns the key of each id.
func keys(ids []string) []string {
	all := make([]string, len(ids))
	for i, id := range ids {
		all[i] = key(id)
	}
	return all
}

// keyOf encodes the key of an id.
func keyOf(id string) node {
	if isPlain(id) { // and so it is with underscores
		return node{style: asKey, text: id}
	}
	return text(key(id))
}

// appendKey appends the key of an id.
func appendKey(b []byte, id string) []byte {
	start := len(b)
	b = append(b, id...)
	for i := start; i < len(b); i++ {
		if b[i] == '-' {
			b[i] = '_'
		}
	}
	return b
}

// named is the part of variables' and files' names that identifies a release: the id,
// followed by a suffix for an older release.
//
//	igel-ums           →    igel-ums
//	igel-ums@12.01     →    igel-ums_12_01
func named(p *model.Product) string { return strings.ReplaceAll(p.OutputName("_"), ".", "_") }

// prefix begins the names of a product's variables. Variables cannot begin with a
// digit, and Ansible reserves those that begin with "ansible".
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

package firewalld

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/hostrules"
)

// document returns an XML file. The header is a comment, which contains no text that people
// wrote.
func document(body string) []byte {
	return []byte("<!-- " + gen.Header + "\nChange the site and generate again. -->\n" + body)
}

// escaped encodes text that people wrote, between tags: on one line, and visible.
func escaped(s string) string { return xmlText(gen.Visible(s)) }

// xmlText encodes text between tags or in an attribute. Characters that XML does not allow
// become U+FFFD.
func xmlText(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // writing to a buffer does not fail
	return b.String()
}

func attribute(name, value string) string { return name + `="` + xmlText(value) + `"` }

func element(tag, name, value string) string { return "<" + tag + " " + attribute(name, value) + "/>" }

// maxService is the greatest length of a service's name, which is also the name of a file.
const maxService = 100

// serviceName returns the name of a service: the name of the flow, in characters that file
// names may have, and what distinguishes these ports from others of the flow.
func serviceName(flow, transport, ports string) string {
	name := strings.ReplaceAll(hostrules.Word(flow), "/", "-")
	tail := "-" + transport + "-" + hash(ports)[:6]
	return "portspec-" + name[:min(len(name), maxService-len(tail))] + tail
}

// ipsetName derives the name of an ipset from its contents, within the 31 bytes that names
// of ipsets may have.
func ipsetName(body string) string { return "portspec-" + hash(body)[:12] }

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

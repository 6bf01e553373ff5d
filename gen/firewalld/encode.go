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

// document is an XML file. The header is a comment; nothing that people wrote is in one.
func document(body string) []byte {
	return []byte("<!-- " + gen.Header + "\nChange the site and generate again. -->\n" + body)
}

// escaped is text that people wrote, between tags: on one line, and visible.
func escaped(s string) string { return xmlText(gen.Visible(s)) }

// xmlText is text between tags or in an attribute. Characters that XML does not have become
// U+FFFD.
func xmlText(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // a buffer takes everything
	return b.String()
}

func attribute(name, value string) string { return name + `="` + xmlText(value) + `"` }

func element(tag, name, value string) string { return "<" + tag + " " + attribute(name, value) + "/>" }

// maxService is how long the name of a service may be: it is the name of a file.
const maxService = 100

// serviceName is the name of a service: that of the flow, made of letters that names of
// files have, and what tells its ports apart from others of the flow.
func serviceName(flow, transport, ports string) string {
	name := strings.ReplaceAll(hostrules.Word(flow), "/", "-")
	tail := "-" + transport + "-" + hash(ports)[:6]
	return "portspec-" + name[:min(len(name), maxService-len(tail))] + tail
}

// ipsetName is the name of an ipset by what is in it: at most 31 bytes, as of all ipsets.
func ipsetName(body string) string { return "portspec-" + hash(body)[:12] }

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

package hostrules

import (
	"bytes"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
)

// A Section is one list in a file of rules, such as the elements of a set.
type Section struct {
	Name    string
	Entries []Entry
}

// An Entry is one item of a section, as written in the file, and the rules behind it.
type Entry struct {
	Text  string
	Rules []*policy.Rule
}

// Lists makes the YAML file beside each file of rules. It lists all flows with their
// owners, tickets and last days, because comments have room for one flow only. Hosts of a
// site share many flows, so each flow is encoded once.
type Lists struct {
	site  *model.Site
	flows map[*model.Connection]string
	texts map[string]string
	to    bytes.Buffer // the file that is being written; its memory is reused
}

// NewLists starts the lists of a site.
func NewLists(site *model.Site) *Lists {
	return &Lists{site: site, flows: make(map[*model.Connection]string), texts: make(map[string]string)}
}

// Of returns the file for one host.
func (l *Lists) Of(title string, sections []Section) []byte {
	return append(ListHead(title), l.Sections(sections)...)
}

// ListHead returns the beginning of the file for one host.
func ListHead(title string) []byte {
	return []byte("# " + gen.Header + "\n\n# " + gen.CommentLine(title) + "\n")
}

// Sections returns the rest of the file, which is the same for hosts with the same rules.
func (l *Lists) Sections(sections []Section) []byte {
	l.to.Reset()
	write := func(parts ...string) {
		for _, s := range parts {
			l.to.WriteString(s)
		}
	}
	for _, s := range sections {
		if len(s.Entries) > 0 {
			write(s.Name, ":\n")
		}
		for _, e := range s.Entries {
			write("    - element: ", l.text(e.Text), "\n")
			var managed []string
			for _, r := range e.Rules {
				if r.Management != nil {
					managed = append(managed, r.Management.ID)
				}
			}
			if len(managed) > 0 {
				write("      management: ", l.text(strings.Join(managed, ", ")), "\n")
			}
			if len(managed) < len(e.Rules) {
				write("      flows:\n")
			}
			for _, r := range e.Rules {
				if r.Management == nil {
					write(l.flow(r))
				}
			}
		}
	}
	return bytes.Clone(l.to.Bytes())
}

// text returns a scalar on one line, quoted if necessary.
func (l *Lists) text(s string) string {
	known, ok := l.texts[s]
	if !ok {
		node := yaml.Node{Kind: yaml.ScalarNode, Value: s, Tag: "!!str"}
		if strings.ContainsFunc(s, func(c rune) bool { return c < ' ' }) {
			node.Style = yaml.DoubleQuotedStyle // in place of several lines
		}
		known = strings.TrimSuffix(string(marshal(&node)), "\n")
		l.texts[s] = known
	}
	return known
}

// flow returns an item of the list of flows.
func (l *Lists) flow(r *policy.Rule) string {
	c := r.Permit.Connection
	known, ok := l.flows[c]
	if !ok {
		var f struct {
			Flow     string `yaml:"flow,omitempty"`
			Listener string `yaml:"listener,omitempty"`
			Purpose  string `yaml:"purpose,omitempty"`
			Owner    string `yaml:"owner,omitempty"`
			Ticket   string `yaml:"ticket,omitempty"`
			Until    string `yaml:"until,omitempty"`
		}
		f.Flow, f.Listener, f.Purpose = r.Name(), c.To.ID+"."+c.Listener.ID, c.Flow.Purpose
		if record := l.site.Firewall.Record(f.Flow); record != nil {
			f.Owner, f.Ticket, f.Until = record.Owner, record.Ticket, record.Until
		}
		var b strings.Builder
		for i, line := range strings.Split(strings.TrimSuffix(string(marshal(f)), "\n"), "\n") {
			switch {
			case i == 0:
				b.WriteString("        - ")
			case line != "": // a further line of a text
				b.WriteString("          ")
			}
			b.WriteString(line + "\n")
		}
		known = b.String()
		l.flows[c] = known
	}
	return known
}

func marshal(v any) []byte {
	text, err := yaml.Marshal(v)
	if err != nil {
		panic(err) // texts can always be encoded
	}
	return text
}

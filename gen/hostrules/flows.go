package hostrules

import (
	"bytes"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
)

// A Section is a list of what stands in a file of rules, such as the elements of a set.
type Section struct {
	Name    string
	Entries []Entry
}

// An Entry is one of them, as it stands there, and the rules behind it.
type Entry struct {
	Text  string
	Rules []*policy.Rule
}

// Flows is the YAML file beside a file of rules, whose comments have no room for more than
// one flow: all of them, with owner, ticket and last day.
func Flows(site *model.Site, title string, sections []Section) []byte {
	type flow struct {
		Flow     string `yaml:"flow,omitempty"`
		Listener string `yaml:"listener,omitempty"`
		Purpose  string `yaml:"purpose,omitempty"`
		Owner    string `yaml:"owner,omitempty"`
		Ticket   string `yaml:"ticket,omitempty"`
		Until    string `yaml:"until,omitempty"`
	}
	type entry struct {
		Element    string `yaml:"element"`
		Management string `yaml:"management,omitempty"`
		Flows      []flow `yaml:"flows,omitempty"`
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "# %s\n\n# %s\n", gen.Header, gen.CommentLine(title))
	for _, s := range sections {
		var all []entry
		for _, e := range s.Entries {
			x := entry{Element: e.Text}
			for _, rule := range e.Rules {
				if rule.Management != nil {
					x.Management = strings.TrimPrefix(x.Management+", "+rule.Management.ID, ", ")
					continue
				}
				c := rule.Permit.Connection
				f := flow{Flow: rule.Name(), Listener: c.To.ID + "." + c.Listener.ID, Purpose: c.Flow.Purpose}
				if record := site.Firewall.Record(f.Flow); record != nil {
					f.Owner, f.Ticket, f.Until = record.Owner, record.Ticket, record.Until
				}
				x.Flows = append(x.Flows, f)
			}
			all = append(all, x)
		}
		if len(all) == 0 {
			continue
		}
		text, err := yaml.Marshal(map[string][]entry{s.Name: all})
		if err != nil {
			panic(err) // it is made of texts
		}
		b.Write(text)
	}
	return b.Bytes()
}

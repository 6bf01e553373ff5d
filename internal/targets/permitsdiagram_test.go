package targets

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/mermaid"
	"github.com/portspec/portspec/internal/model"
)

// partiesOf numbers the parties of diagrams by their ends.
func partiesOf(d *model.Deployment) map[*model.End]string {
	traffic, _ := gen.Sum(d, 40, 0) // like diagrams
	all := make(map[*model.End]string)
	for _, p := range d.Permits {
		for _, e := range slices.Concat(p.From, p.Via, p.To) {
			for i, party := range traffic.Parties {
				if party.Group != nil && e.Host != nil && slices.Contains(party.Group.Hosts, e.Host) ||
					party.End != nil && e.Host == nil && party.End.ID() == e.ID() {
					all[e] = fmt.Sprintf("n%d", i)
				}
			}
		}
	}
	return all
}

var (
	box         = regexp.MustCompile(`^ *(\w+)\W*"(.*)"\W*:::`)
	arrow       = regexp.MustCompile(`^ *(\w+) (-->|-\.->) (\w+)$`)
	boldLine    = regexp.MustCompile(`^<b>(.*?)</b>(.*)$`)
	parentheses = regexp.MustCompile(`\([^)]*\)`)
	ofTransport = regexp.MustCompile(`^((?:TCP|UDP|SCTP)(?:\+(?:TCP|UDP|SCTP))*) (.*)$`)
)

// diagramPermits reads the diagrams of roles, and returns the parties that they are about.
func diagramPermits(t *testing.T, d *model.Deployment) (permits, map[string]bool) {
	t.Helper()
	traffic, _ := gen.Sum(d, 40, 0)
	names := make(map[string]string) // of parties, without spaces
	for i, p := range traffic.Parties {
		name := strings.Join(strings.Fields(p.Name), "")
		if names[name] != "" {
			t.Fatalf("two parties have the name %s", p.Name)
		}
		names[name] = fmt.Sprintf("n%d", i)
	}
	all, subjects := make(permits), make(map[string]bool)
	for _, part := range mermaid.Site(d).Parts {
		boxes := make(map[string]string) // labels of boxes
		subject := ""
		for line := range strings.Lines(part.Diagram) {
			if m := box.FindStringSubmatch(line); m != nil {
				if boxes[m[1]] = m[2]; subject == "" { // the first one
					subject = m[1]
					subjects[subject] = true
				}
			}
			m := arrow.FindStringSubmatch(strings.TrimRight(line, "\n"))
			if m == nil {
				continue
			}
			other := m[1]
			if m[1] == subject {
				other = m[3]
			}
			readBox(boxes[other], names, subject, func(party, transport, ports string, optional bool) {
				key := party + " " + subject
				if m[1] == subject {
					key = subject + " " + party
				}
				all.add(key+" "+transport, portsIn(t, ports), optional || m[2] == "-.->")
			})
		}
	}
	return all, subjects
}

// readBox parses the label of a box: names in bold type, each followed by ports.
func readBox(label string, names map[string]string, subject string, add func(party, transport, ports string, optional bool)) {
	var parties []string
	name, ports := "", ""
	flush := func() {
		ports = parentheses.ReplaceAllString(ports, "")
		always, sometimes, _ := strings.Cut(strings.ReplaceAll(ports, "]", ""), "[")
		for i, list := range []string{always, sometimes} {
			transports := ""
			for item := range strings.SplitSeq(list, ",") {
				item = strings.TrimSpace(item)
				if m := ofTransport.FindStringSubmatch(item); m != nil {
					transports, item = strings.ToLower(m[1]), m[2]
				}
				for transport := range strings.SplitSeq(transports, "+") {
					for _, p := range parties {
						if transport != "" {
							add(p, transport, item, i == 1) // "dynamic" has no number
						}
					}
				}
			}
		}
		parties, name, ports = nil, "", ""
	}
	for line := range strings.SplitSeq(label, "<br/>") {
		m := boldLine.FindStringSubmatch(line)
		if m == nil {
			if !strings.HasSuffix(line, " machines") && line != "<i>one of</i>" {
				ports += " " + line
			}
			continue
		}
		if ports != "" {
			flush()
		}
		name += strings.ReplaceAll(strings.ReplaceAll(m[1], " ", ""), "#8230;", "…")
		switch {
		case names[name] != "":
			parties, name = append(parties, names[name]), ""
		case strings.HasPrefix(name, "another") && names[strings.TrimPrefix(name, "another")] == subject:
			parties, name = append(parties, subject), ""
		}
		ports = m[2]
	}
	flush()
}

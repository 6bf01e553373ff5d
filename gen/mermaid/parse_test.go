package mermaid

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/model"
)

// A fact is what an arrow says of one transport and range of ports; the range
// is zero where there are no ports or none is known.
type fact struct {
	from, to  string // node ids
	bothWays  bool
	transport string
	ports     model.PortRange
}

// facts maps each to whether it is always there.
type facts map[fact]bool

func (all facts) add(f fact, always bool) { all[f] = all[f] || always }

var (
	arrowLine = regexp.MustCompile(`^  (\S+) (-->|-\.->|<-->|<-\.->)\|"([^"]*)"\| (\S+)$`)
	groupLine = regexp.MustCompile(`^\[?((?:ip/\d+|tcp|udp|sctp|icmpv6|icmp|esp)(?:\+(?:ip/\d+|tcp|udp|sctp|icmpv6|icmp|esp))*)(?:/(.*)|(?: .*)?)$`)
	afterward = regexp.MustCompile(`( \(.*)?( (if|on|to|from|before|during|once) .*)?$`)
	oneRange  = regexp.MustCompile(`(\d+)(?:-(\d+))?`)
)

// read parses the arrows of a file that this package wrote.
func read(t *testing.T, file string) facts {
	t.Helper()
	all := facts{}
	for _, line := range strings.Split(file, "\n") {
		m := arrowLine.FindStringSubmatch(line)
		if m == nil {
			if strings.Contains(line, "->") {
				t.Errorf("no arrow: %s", line)
			}
			continue
		}
		for _, group := range readGroups(t, m[3]) {
			readGroup(t, all, fact{from: m[1], to: m[4], bothWays: m[2][0] == '<'}, strings.Contains(m[2], "."), group)
		}
	}
	return all
}

// readGroups undoes the breaking of lines.
func readGroups(t *testing.T, label string) []string {
	t.Helper()
	var groups []string
	for _, line := range strings.Split(label, lineBreak) {
		line = decode(line)
		last := len(groups) - 1
		switch {
		case groupLine.MatchString(line) && (last < 0 || strings.Count(groups[last], "(") == strings.Count(groups[last], ")")):
			groups = append(groups, line)
		case last < 0:
			t.Errorf("label starts with %q", line)
		default:
			groups[last] += " " + line
		}
	}
	return groups
}

func readGroup(t *testing.T, all facts, f fact, dotted bool, group string) {
	t.Helper()
	always := !dotted && !strings.HasPrefix(group, "[")
	if strings.HasPrefix(group, "[") != strings.HasSuffix(group, "]") || dotted && strings.HasPrefix(group, "[") {
		t.Errorf("wrong brackets: %q", group)
	}
	m := groupLine.FindStringSubmatch(strings.TrimSuffix(group, "]"))
	if m == nil {
		t.Errorf("no transport: %q", group)
		return
	}
	list := afterward.ReplaceAllString(m[2], "")
	for _, f.transport = range strings.Split(m[1], "+") {
		for _, item := range strings.Split(list, ", ") {
			ranges := oneRange.FindAllStringSubmatch(item, -1)
			if len(ranges) == 0 || strings.Contains(item, "unknown ports") {
				f.ports = model.PortRange{}
				all.add(f, always)
				continue
			}
			for _, r := range ranges {
				f.ports.From, _ = strconv.Atoi(r[1])
				f.ports.To = f.ports.From
				if r[2] != "" {
					f.ports.To, _ = strconv.Atoi(r[2])
				}
				all.add(f, always)
			}
		}
	}
}

// expected are the facts of a product, taken from the model alone.
func expected(p *model.Product, node func(*model.Component) string, shown func(c *model.Connection, when model.When) bool) facts {
	all := facts{}
	for _, c := range p.Connections() {
		for _, from := range c.From {
			when := model.And(c.When, from.When)
			if !shown(c, when) {
				continue
			}
			f := fact{from: node(from), to: node(c.To), bothWays: c.Flow.BothWays, transport: c.Transport}
			ranges := append(slices.Clone(c.Ports()), c.Listener.Fallback...)
			if len(ranges) == 0 {
				ranges = []model.PortRange{{}}
			}
			for _, f.ports = range ranges {
				all.add(f, byDefault(p, c, when))
			}
		}
	}
	return all
}

// byDefault reports whether a connection is there without anybody's doing.
func byDefault(p *model.Product, c *model.Connection, when model.When) bool {
	for id, values := range when {
		f := p.Feature(id)
		if f.Default == "" && len(values) == len(f.Values()) {
			continue
		}
		if !slices.Contains(values, f.Default) {
			return false
		}
	}
	plain := !c.Flow.Optional && c.Listener.OffUntil == "" && c.Flow.OS == nil && c.Listener.OS == nil
	return plain && c.Flow.Phase == "" && c.Flow.Versions == nil
}

// same fails the test where two sets differ.
func same(t *testing.T, what string, got, want facts, alsoAlways bool) {
	t.Helper()
	for f, always := range want {
		drawn, ok := got[f]
		if !ok {
			t.Errorf("%s lacks %+v", what, f)
		} else if alsoAlways && drawn != always {
			t.Errorf("%s: %+v is drawn as always there: %v, want %v", what, f, drawn, always)
		}
	}
	for f := range got {
		if _, ok := want[f]; !ok {
			t.Errorf("%s invents %+v", what, f)
		}
	}
}

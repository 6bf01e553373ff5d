package request

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/portspec/portspec/gen/describe"
	"github.com/portspec/portspec/internal/model"
)

// A Heading is written above a section. ID is its anchor on pages. Words is a text about whom the
// section is for.
type Heading struct{ ID, Title, Words string }

var headings = [...]Heading{
	Between:         {"between", "Between networks", "For the firewalls between networks, and those of both hosts."},
	BetweenOptional: {"between-optional", "Between networks, optional", "The products work without these, whatever features were chosen. Permit those whose purpose you need; the playbooks leave them out unless portspec_optional is true."},
	Inside:          {"inside", "Inside one network", "For the firewalls of the hosts. Firewalls between networks do not see these."},
	InsideOptional:  {"inside-optional", "Inside one network, optional", "The products work without these. Permit those whose purpose you need."},
	Words:           {"words", "More than a port rule", "What a rule about addresses and ports cannot express."},
}

// Heading returns the heading of a kind of sections. In a site without zones, it is not
// known what stays inside a network.
func (r *Request) Heading(kind Kind) Heading {
	h := headings[kind]
	if len(r.Site.Zones) == 0 {
		switch kind {
		case Between:
			h.Title, h.Words = "Needed", "The site has no zones, so these may stay inside a network or cross a boundary."
		case BetweenOptional:
			h.Title = "Optional"
		}
	}
	return h
}

// IsInside reports whether all parties of a section's rows are in one zone.
func (s *Section) IsInside() bool { return s.Kind == Inside || s.Kind == InsideOptional }

// Introduction returns what readers must know before they read a row.
func Introduction[T ~string]() []T {
	return []T{
		"From opens the connection. A stateful firewall lets its answers pass; any other needs rules for them.",
		"Hosts that are on both sides talk to each other, not to themselves.",
	}
}

// Steps returns the steps in which a request is carried out. The text groups names the list of
// groups of hosts, and may be a link.
func Steps[T ~string](r *Request, groups T) []T {
	steps := []T{"Fill in the owner, the ticket and the last day of each row."}
	if len(r.Groups()) > 0 {
		steps = append(steps, "Make address groups of the "+groups+".")
	}
	var rows [len(headings)]T
	phases := false
	for _, part := range r.Sections {
		rows[part.Kind] = rowNumbers[T](part)
		phases = phases || slices.ContainsFunc(part.Rows, (*Row).InPhase)
	}
	if list := rows[Between]; list != "" {
		where := T(" on the firewalls between networks and on those of the hosts")
		if len(r.Site.Zones) == 0 {
			where = ""
		}
		steps = append(steps, "Permit "+list+where+", before products are installed or changed.")
	}
	if list := rows[Inside]; list != "" {
		steps = append(steps, "Permit "+list+" on the firewalls of the hosts, if these have one.")
	}
	if list := rows[Words]; list != "" {
		steps = append(steps, "Settle "+list+" with those who run the routers and the products.")
	}
	if optional := describe.Join(" and ", rows[BetweenOptional], rows[InsideOptional]); optional != "" {
		steps = append(steps, "Decide on "+optional+", and permit those that are wanted.")
	}
	if phases {
		steps = append(steps, "When installation or another phase is over, close what was needed only for it.")
	}
	return append(steps, "Test each row from its source, then close what earlier requests opened and this one does not list.")
}

// rowNumbers returns the numbers of a section: "row 3", "rows 3 to 7".
func rowNumbers[T ~string](part *Section) T {
	switch first, last := part.First, part.Last(); len(part.Rows) {
	case 1:
		return T(fmt.Sprintf("row %d", first))
	case 2:
		return T(fmt.Sprintf("rows %d and %d", first, last))
	default:
		return T(fmt.Sprintf("rows %d to %d", first, last))
	}
}

// A Task is something to do besides permitting ports, and the numbers of the rows that need it:
// "31, 32".
type Task struct{ Rows, Words string }

// Tasks returns the tasks of a section, each once.
func (s *Section) Tasks() []*Task {
	var all []*Task
	known := make(map[string]*Task)
	for i, x := range s.Rows {
		for _, words := range x.Todo() {
			number := strconv.Itoa(s.First + i)
			if task := known[words]; task != nil {
				task.Rows += ", " + number
				continue
			}
			known[words] = &Task{number, words}
			all = append(all, known[words])
		}
	}
	return all
}

// A Reason is an entry of a row, and the row's number.
type Reason struct {
	Number int
	*Entry
}

// Reasons returns the entries of all rows.
func (r *Request) Reasons() []Reason {
	var all []Reason
	for _, part := range r.Sections {
		for i, x := range part.Rows {
			for _, e := range x.Entries {
				all = append(all, Reason{part.First + i, e})
			}
		}
	}
	return all
}

// Port describes what is asked for: "TCP 443, 8443", "IP 50 (ESP)", "ICMP type 8".
func Port[T ~string](w *describe.Words[T], x What) T {
	return describe.Join(" ", w.Transport(x.Transport), numbers(w, x))
}

// numbers returns "443, 8443", "49152-65535 (dynamic)", "type 8", or empty.
func numbers[T ~string](w *describe.Words[T], x What) T {
	switch {
	case len(x.Messages) > 0:
		return w.Messages(x.Messages)
	case !model.HasPorts(x.Transport):
		return ""
	case len(x.Ports) == 0 && x.Dynamic:
		return "dynamic"
	case len(x.Ports) == 0:
		return "not known"
	case x.Dynamic:
		return w.Text(model.FormatPorts(x.Ports)) + " (dynamic)"
	}
	return w.Text(model.FormatPorts(x.Ports))
}

// How returns a text about how addresses are translated.
func How(t *model.Translation) string {
	if t.Hides {
		return "all share it, and only they can open connections"
	}
	return "each has its own"
}

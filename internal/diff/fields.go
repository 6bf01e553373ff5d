package diff

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/portspec/portspec/internal/model"
)

// A judge returns the class of a change of a field.
type judge func(field string, old, new *node) Class

func always(c Class) judge { return func(string, *node, *node) Class { return c } }

// conditions are the fields of [model.Conditions].
var conditions = []string{"when", "os", "os_versions", "versions", "phase"}

// judges contains the judges of all fields of the model; a test checks that it is complete.
var judges = map[string]fields{
	"product": classes(Wording, "name", "vendor", "description").with(Identity, "version", "after"),
	"source":  classes(Evidence, "title", "publisher", "url", "edition", "date"),
	"table":   classes(Evidence, "title"),
	"row":     classes(Evidence, "cell"),
	"feature": classes(Wording, "name", "description").with(Decision, "several", "default", "needs").with(Evidence, "cite"),
	"setting": classes(Wording, "name", "description").with(Decision, "default", "min", "max").with(Evidence, "cite"),
	"choice":  classes(Wording, "name", "description").with(Evidence, "cite"),
	"component": classes(Wording, "name", "description").with(Identity, "version", "service").with(Host, "processes", "unknown").
		with(Condition, conditions...).with(Evidence, "cite").by(places, "at").by(kind, "kind"),
	"listener": classes(Wording, "purpose").with(Host, "count", "per", "often", "any_other", "unknown", "undocumented", "configurable", "opened_by_installer", "network", "same_on_peers", "system_socket", "processes").
		with(Condition, append(conditions, "off_until", "one_of")...).with(Evidence, "cite").by(app, "app").
		by(ports, "ports", "fallback", "offset", "dynamic").by(everything, "icmp").by(set, "transports").by(opens(`"any"`), "bind"),
	"flow": classes(Wording, "purpose", "note").with(Host, "configurable", "persistent").
		with(Condition, append(conditions, "suffices", "instead_of", "unknown", "both_ways_when", "tls_inspection", "passes")...).with(Evidence, "cite").
		with(Moved, "delivery", "via").by(everything, "transports", "family", "source").by(set, "from", "to", "groups").
		by(opens("true"), "both_ways").by(opens("false"), "optional").by(absent, "no_rule").by(present, "reply").by(scope, "scope"),
	"rule":        classes(Sharing, "together", "when", "forbid", "move", "close", "share", "provided").with(Wording, "reason").with(Evidence, "cite"),
	"erratum":     classes(Evidence, "kind", "says", "encoded", "why", "flows", "rules", "listeners", "cite"),
	"suppression": classes(Evidence, "code", "at", "reason", "until"),
	"service":     classes(Wording, "name", "description").with(Sharing, "provided").with(Evidence, "references"),
}

type fields map[string]judge

func classes(c Class, names ...string) fields { return make(fields).with(c, names...) }

func (f fields) with(c Class, names ...string) fields { return f.by(always(c), names...) }

func (f fields) by(j judge, names ...string) fields {
	for _, name := range names {
		f[name] = j
	}
	return f
}

// classOf returns the class of a change of a field.
func classOf(what, field string, old, new *node) Class {
	if j := judges[what][field]; j != nil {
		return j(field, old, new)
	}
	return Condition // an unknown field must not count as wording
}

// classOfEntity returns the class of an addition; the class of a removal is its mirror.
func classOfEntity(what string, value json.RawMessage) Class {
	switch what {
	case "product":
		return MustOpen
	case "feature", "choice", "setting":
		return Decision
	case "rule":
		return Sharing
	case "flow":
		var f model.Flow
		if decode(value, &f); f.Scope == "same-host" || f.NoRule != "" {
			return Host
		}
		return MustOpen
	case "source", "table", "row", "erratum", "suppression":
		return Evidence
	}
	return Host
}

// compared returns the class of a change to more traffic, less traffic, or neither.
func compared(more, less bool) Class {
	switch {
	case more && !less:
		return MustOpen
	case less && !more:
		return MayClose
	}
	return Moved
}

// set compares lists in which each element adds traffic.
func set(field string, old, new *node) Class {
	return lists(elements(old.fields[field]), elements(new.fields[field]))
}

func lists(a, b []string) Class {
	in := func(list []string) func(string) bool {
		return func(x string) bool { return slices.Contains(list, x) }
	}
	more, less := !all(b, in(a)), !all(a, in(b))
	if !more && !less {
		return Wording // in another order
	}
	return compared(more, less)
}

func all(list []string, is func(string) bool) bool {
	return !slices.ContainsFunc(list, func(x string) bool { return !is(x) })
}

// everything compares values that mean everything if they are left out.
func everything(field string, old, new *node) Class {
	a, b := old.fields[field], new.fields[field]
	if len(a) == 0 || len(b) == 0 {
		return compared(len(b) == 0, len(a) == 0)
	}
	return set(field, old, new)
}

// present compares values that permit traffic, and none if they are left out.
func present(field string, old, new *node) Class {
	return compared(len(old.fields[field]) == 0, len(new.fields[field]) == 0)
}

// absent compares texts that permit traffic only if they are left out. A different text does
// not change the traffic.
func absent(field string, old, new *node) Class {
	a, b := len(old.fields[field]) == 0, len(new.fields[field]) == 0
	if a == b {
		return Wording
	}
	return compared(b, a)
}

// opens returns a judge for a field that permits traffic if it has the given value.
func opens(value string) judge {
	return func(field string, old, new *node) Class {
		return compared(string(new.fields[field]) == value, string(old.fields[field]) == value)
	}
}

// scope judges whether a flow crosses the network.
func scope(field string, old, new *node) Class {
	const local = `"same-host"`
	return compared(string(old.fields[field]) == local, string(new.fields[field]) == local)
}

// ports judges a field of a port statement by the ports of the whole statement.
func ports(_ string, old, new *node) Class {
	open, shut := openedPorts(portsOf(statement(old))), openedPorts(portsOf(statement(new)))
	more, less := subtract(shut, open), subtract(open, shut)
	if len(more)+len(less) == 0 {
		return Host
	}
	if len(open) == 0 || len(shut) == 0 {
		return Moved // from or to an unknown port
	}
	return compared(len(more) > 0, len(less) > 0)
}

func statement(n *node) *model.PortStatement {
	var s model.PortStatement
	decode(encode(n.fields), &s)
	return &s
}

// portsOf returns all ports that a statement can mean, and whether they are dynamic.
func portsOf(s *model.PortStatement) ([]model.PortRange, bool) {
	if s.Dynamic == nil {
		return append(slices.Clone(s.Ports), s.Fallback...), false
	}
	var list []model.PortRange
	for _, r := range s.Dynamic.Ranges {
		list = append(list, r.PortRange)
	}
	return append(list, s.Fallback...), true
}

func openedPorts(list []model.PortRange, _ bool) []model.PortRange { return merge(list) }

// merge returns merged ranges, never nil.
func merge(list []model.PortRange) []model.PortRange {
	return append([]model.PortRange{}, model.MergePorts(list)...)
}

// subtract returns the ports of a that are not in b; both must be merged.
func subtract(a, b []model.PortRange) []model.PortRange {
	var rest []model.PortRange
	for _, r := range a {
		for _, s := range b {
			if s.To < r.From || s.From > r.To {
				continue
			}
			if s.From > r.From {
				rest = append(rest, model.PortRange{From: r.From, To: s.From - 1})
			}
			r.From = s.To + 1
		}
		if r.From <= r.To {
			rest = append(rest, r)
		}
	}
	return rest
}

func same(a, b any) bool { return bytes.Equal(encode(a), encode(b)) }

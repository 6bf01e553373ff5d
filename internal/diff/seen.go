package diff

import (
	"cmp"
	"encoding/json"
	"net/netip"
	"slices"

	"github.com/portspec/portspec/internal/model"
)

// A firewall is affected only by what it sees: addresses, transports, ports, and application
// protocols if it inspects connections. More information about the same traffic does not
// require action.

// spoken compares application protocols. Adding a protocol that was left out does not change
// the traffic.
func spoken(a, b string) Class {
	return unless(a == b || a == "" || b == "", Condition)
}

// narrowed compares lists that restrict traffic unless they are left out. If a list was added,
// the permitted traffic may be restricted to it.
func narrowed(a, b []string) Class {
	if (len(a) == 0) != (len(b) == 0) {
		return compared(len(b) == 0, len(a) == 0)
	}
	return members(a, b)
}

// placed compares the fixed locations of an end. Firewalls use the addresses and, without any,
// the names.
func placed(a, b []string) Class {
	was, is := numeric(a), numeric(b)
	switch {
	case len(was) > 0 && len(is) > 0:
		return members(was, is)
	case len(was)+len(is) == 0: // only names
		return addressed(a, b)
	case len(is) > 0 && subset(a, b), len(was) > 0 && subset(b, a):
		return narrowed(was, is)
	}
	return Moved // from names to addresses, or back
}

// addressed compares the addresses of a host's peer. Without an address there is no firewall
// rule, and host names are not enough.
func addressed(a, b []string) Class {
	if len(a) == 0 && len(numeric(b)) == 0 || len(b) == 0 && len(numeric(a)) == 0 {
		return ""
	}
	return members(a, b)
}

// numeric returns the addresses and networks of a list, without host names.
func numeric(list []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool {
		if _, err := netip.ParsePrefix(s); err == nil {
			return false
		}
		_, err := netip.ParseAddr(s)
		return err != nil
	})
}

func subset(a, b []string) bool {
	return all(a, func(x string) bool { return slices.Contains(b, x) })
}

// onNetwork returns the kinds of the ends of traffic for the network, where a device is a host
// like any other.
func onNetwork(ends []string) []string {
	same := slices.Clone(ends)
	for i, kind := range same {
		if kind == string(model.Device) {
			same[i] = string(model.Software)
		}
	}
	return same
}

// app judges the field app of a listener.
func app(field string, old, new *node) Class {
	return cmp.Or(spoken(text(old, field), text(new, field)), Wording)
}

// kind judges the field kind of a component.
func kind(field string, old, new *node) Class {
	a, b := onNetwork([]string{text(old, field)}), onNetwork([]string{text(new, field)})
	return cmp.Or(unless(slices.Equal(a, b), Condition), Wording)
}

// places judges the fixed location of a component.
func places(field string, old, new *node) Class {
	all := func(data json.RawMessage) []string {
		var e *model.Endpoints
		if len(data) > 0 {
			decode(data, &e)
		}
		return e.All()
	}
	return cmp.Or(placed(all(old.fields[field]), all(new.fields[field])), Wording)
}

// text returns the value of a string field; "" if it is left out.
func text(n *node, field string) (s string) {
	if data := n.fields[field]; len(data) > 0 {
		decode(data, &s)
	}
	return s
}

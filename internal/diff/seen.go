package diff

import (
	"cmp"
	"encoding/json"
	"net/netip"
	"slices"

	"github.com/portspec/portspec/internal/model"
)

// What a firewall must do follows only from what it sees: addresses, transports,
// ports, and the protocol where it looks into connections. That a spec says more of
// the same traffic than before asks nothing of it.

// spoken compares application protocols. To say one where none was said changes
// nothing in what is spoken.
func spoken(a, b string) Class {
	return unless(a == b || a == "" || b == "", Condition)
}

// narrowed compares lists that may be left out, which then say nothing: what was
// permitted may be narrowed to a list that is new.
func narrowed(a, b []string) Class {
	if (len(a) == 0) != (len(b) == 0) {
		return compared(len(b) == 0, len(a) == 0)
	}
	return members(a, b)
}

// placed compares where a product fixes an end. A firewall goes by the addresses
// and, where there are none, by the names.
func placed(a, b []string) Class {
	was, is := numeric(a), numeric(b)
	switch {
	case len(was) > 0 && len(is) > 0:
		return members(was, is)
	case len(was)+len(is) == 0: // names only
		return addressed(a, b)
	case len(is) > 0 && subset(a, b), len(was) > 0 && subset(b, a):
		return narrowed(was, is)
	}
	return Moved // from names to addresses, or back
}

// addressed compares where the peer of a host is. A peer without an address has no
// rule in a firewall, and host names alone give it none.
func addressed(a, b []string) Class {
	if len(a) == 0 && len(numeric(b)) == 0 || len(b) == 0 && len(numeric(a)) == 0 {
		return ""
	}
	return members(a, b)
}

// numeric are the addresses and networks of a list, without the host names.
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

// onNetwork is what the ends of traffic are for the network, where a device is a
// host like any other.
func onNetwork(ends []string) []string {
	same := slices.Clone(ends)
	for i, kind := range same {
		if kind == string(model.Device) {
			same[i] = string(model.Software)
		}
	}
	return same
}

// app judges the field of a listener.
func app(field string, old, new *node) Class {
	return cmp.Or(spoken(text(old, field), text(new, field)), Wording)
}

// kind judges the field of a component.
func kind(field string, old, new *node) Class {
	a, b := onNetwork([]string{text(old, field)}), onNetwork([]string{text(new, field)})
	return cmp.Or(unless(slices.Equal(a, b), Condition), Wording)
}

// places judges where a component is fixed to be.
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

// text is a field that is one; "" where it is left out.
func text(n *node, field string) (s string) {
	if data := n.fields[field]; len(data) > 0 {
		decode(data, &s)
	}
	return s
}

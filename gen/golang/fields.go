package golang

import (
	"strconv"

	"github.com/portspec/portspec/internal/model"
)

// transport returns the constant of a transport, or "esp" for one without a constant.
func transport(t string) string {
	switch t {
	case "tcp":
		return "TCP"
	case "udp":
		return "UDP"
	case "sctp":
		return "SCTP"
	case "icmp":
		return "ICMP"
	case "icmpv6":
		return "ICMPv6"
	case model.UnknownTransport:
		return "UnknownTransport"
	}
	return literal(t)
}

func scope(s string) string {
	switch s {
	case "network":
		return "ScopeNetwork"
	case "same-host":
		return "ScopeSameHost"
	case "nodes":
		return "ScopeNodes"
	}
	return literal(s)
}

// conditions adds Conditions: Conditions{When: When{…}, OS: []string{"linux"}}.
func (r *record) conditions(c model.Conditions) {
	var f record
	f.when("When", c.When)
	f.texts("OS", c.OS)
	f.osVersions(c.OSVersions)
	f.versions(c.Versions)
	f.text("Phase", c.Phase)
	r.inner("Conditions", "Conditions", f)
}

// when adds When: When{{Feature: "database", Values: []string{"oracle"}}}.
func (r *record) when(name string, w model.When) {
	if len(w) == 0 {
		return
	}
	var parts []string
	for id, values := range w.Lists() {
		var f record
		f.text("Feature", id)
		f.texts("Values", values)
		parts = append(parts, f.line())
	}
	r.field(name, "When"+list(parts))
}

// osVersions adds OSVersions: []OSVersions{{OS: "windows", Versions: Versions{…}}}.
func (r *record) osVersions(byOS map[string]*model.Versions) {
	r.list("OSVersions", "OSVersions", each(sorted(byOS), func(os string) string {
		var f record
		f.text("OS", os)
		f.versions(byOS[os])
		return f.line()
	}))
}

func (r *record) versions(v *model.Versions) {
	if v != nil {
		var f record
		f.text("From", v.From)
		f.text("Before", v.Before)
		r.inner("Versions", "Versions", f)
	}
}

// dynamic adds Dynamic: &Dynamic{Mapper: "epmap", Ranges: []DynamicRange{…}}.
func (r *record) dynamic(d *model.Dynamic) {
	if d == nil {
		return
	}
	var f record
	f.text("Mapper", d.Mapper)
	f.flag("Upward", d.Upward)
	f.lines("Ranges", "DynamicRange", each(d.Ranges, func(x model.DynamicRange) string {
		f := record{{"PortRange", "PortRange" + portRange(x.PortRange)}}
		f.flag("Above", x.Above)
		f.texts("OS", x.OS)
		f.versions(x.Versions)
		f.texts("Cite", x.Cite)
		return f.line()
	}))
	f.flag("PerSession", d.Drawn == "session")
	r.inner("Dynamic", "&Dynamic", f)
}

// unknown adds Unknown: []Unknown{{Aspect: "port", Why: "The cell is empty."}}.
func (r *record) unknown(u model.Unknown) {
	r.list("Unknown", "Unknown", each(u.Aspects(), func(a model.Aspect) string {
		var f record
		f.text("Aspect", string(a))
		f.text("Why", u[a])
		return f.line()
	}))
}

func (r *record) configurable(c *model.Configurable) {
	if c != nil {
		var f record
		f.flag("Allowed", c.Allowed)
		f.flag("AtInstallation", c.At == "installation")
		f.text("How", c.How)
		f.text("Since", c.Since)
		r.inner("Configurable", "&Configurable", f)
	}
}

// processes adds Processes: []Process{{OS: "linux", Name: "igelRMServer"}}.
func (r *record) processes(byOS map[string][]string) {
	var all []string
	for _, os := range sorted(byOS) {
		for _, name := range byOS[os] {
			var f record
			f.text("OS", os)
			f.text("Name", name)
			all = append(all, f.line())
		}
	}
	r.list("Processes", "Process", all)
}

func icmpMessage(m model.ICMP) string {
	code := -1
	if m.Code != nil {
		code = *m.Code
	}
	return record{{"Type", strconv.Itoa(m.Type)}, {"Code", strconv.Itoa(code)}}.line()
}

func moves(byComponent map[string]map[string]int) []string {
	var all []string
	for _, c := range sorted(byComponent) {
		for _, l := range sorted(byComponent[c]) {
			var f record
			f.text("Component", c)
			f.text("Listener", l)
			f.number("Port", byComponent[c][l])
			all = append(all, f.line())
		}
	}
	return all
}

func sharedSockets(share map[string]map[string]string) []string {
	return each(sorted(share), func(name string) string {
		var f record
		f.text("Name", name)
		f.list("Listeners", "ListenerID", each(sorted(share[name]), func(c string) string {
			return listenerRef(c, share[name][c])
		}))
		return f.line()
	})
}

func touched(byComponent map[string][]string) []string {
	var all []string
	for _, c := range sorted(byComponent) {
		for _, l := range byComponent[c] {
			all = append(all, listenerRef(c, l))
		}
	}
	return all
}

// listenerRef returns {Component: "ums-server", Listener: "web"}.
func listenerRef(component, listener string) string {
	var f record
	f.text("Component", component)
	f.text("Listener", listener)
	return f.line()
}

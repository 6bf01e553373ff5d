package golang

import (
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

// transport adds a transport.
func (r *record) transport(t string) { r.add(transport(t)) }

// conditions adds Conditions: Conditions{When: When{…}, OS: []string{"linux"}}.
func (r *record) conditions(c model.Conditions) {
	r.inner("Conditions", "Conditions", func() {
		r.when("When", c.When)
		r.texts("OS", c.OS)
		r.osVersions(c.OSVersions)
		r.versions(c.Versions)
		r.text("Phase", c.Phase)
	})
}

// when adds When: When{{Feature: "database", Values: []string{"oracle"}}}.
func (r *record) when(name string, w model.When) {
	if len(w) == 0 {
		return
	}
	r.field(name, "When")
	r.braces(func() {
		for id, values := range w.Lists() {
			r.item()
			r.braces(func() {
				r.text("Feature", id)
				r.texts("Values", values)
			})
		}
	})
}

// osVersions adds OSVersions: []OSVersions{{OS: "windows", Versions: Versions{…}}}.
func (r *record) osVersions(byOS map[string]*model.Versions) {
	list(r, "OSVersions", "[]OSVersions", sorted(byOS), func(os string) {
		r.braces(func() {
			r.text("OS", os)
			r.versions(byOS[os])
		})
	})
}

func (r *record) versions(v *model.Versions) {
	if v != nil {
		r.inner("Versions", "Versions", func() {
			r.text("From", v.From)
			r.text("Before", v.Before)
		})
	}
}

// dynamic adds Dynamic: &Dynamic{Mapper: "epmap", Ranges: []DynamicRange{…}}.
func (r *record) dynamic(d *model.Dynamic) {
	if d == nil {
		return
	}
	r.inner("Dynamic", "&Dynamic", func() {
		r.text("Mapper", d.Mapper)
		r.flag("Upward", d.Upward)
		lines(r, "Ranges", "[]DynamicRange", d.Ranges, func(x model.DynamicRange) {
			r.field("PortRange", "PortRange")
			r.portRange(x.PortRange)
			r.flag("Above", x.Above)
			r.texts("OS", x.OS)
			r.versions(x.Versions)
			r.texts("Cite", x.Cite)
		})
		r.flag("PerSession", d.Drawn == "session")
	})
}

// unknown adds Unknown: []Unknown{{Aspect: "port", Why: "The cell is empty."}}.
func (r *record) unknown(u model.Unknown) {
	list(r, "Unknown", "[]Unknown", u.Aspects(), func(a model.Aspect) {
		r.braces(func() {
			r.text("Aspect", string(a))
			r.text("Why", u[a])
		})
	})
}

func (r *record) configurable(c *model.Configurable) {
	if c != nil {
		r.inner("Configurable", "&Configurable", func() {
			r.flag("Allowed", c.Allowed)
			r.flag("AtInstallation", c.At == "installation")
			r.text("How", c.How)
			r.text("Since", c.Since)
		})
	}
}

// processes adds Processes: []Process{{OS: "linux", Name: "igelRMServer"}}.
func (r *record) processes(byOS map[string][]string) {
	r.inner("Processes", "[]Process", func() {
		for _, os := range sorted(byOS) {
			for _, name := range byOS[os] {
				r.item()
				r.braces(func() {
					r.text("OS", os)
					r.text("Name", name)
				})
			}
		}
	})
}

func (r *record) icmpMessage(m model.ICMP) {
	code := -1
	if m.Code != nil {
		code = *m.Code
	}
	r.add("{Type: ")
	r.int(m.Type)
	r.add(", Code: ")
	r.int(code)
	r.add("}")
}

func (r *record) moves(byComponent map[string]map[string]int) {
	r.inner("Move", "[]Move", func() {
		for _, c := range sorted(byComponent) {
			for _, l := range sorted(byComponent[c]) {
				r.item()
				r.braces(func() {
					r.text("Component", c)
					r.text("Listener", l)
					r.number("Port", byComponent[c][l])
				})
			}
		}
	})
}

func (r *record) sharedSockets(share map[string]map[string]string) {
	lines(r, "Share", "[]SharedSocket", sorted(share), func(name string) {
		r.text("Name", name)
		list(r, "Listeners", "[]ListenerID", sorted(share[name]), func(c string) { r.listenerRef(c, share[name][c]) })
	})
}

// touched adds Close: []ListenerID{{Component: "ums-server", Listener: "web"}}.
func (r *record) touched(name string, byComponent map[string][]string) {
	r.inner(name, "[]ListenerID", func() {
		for _, c := range sorted(byComponent) {
			for _, l := range byComponent[c] {
				r.item()
				r.listenerRef(c, l)
			}
		}
	})
}

func (r *record) listenerRef(component, listener string) {
	r.braces(func() {
		r.text("Component", component)
		r.text("Listener", listener)
	})
}

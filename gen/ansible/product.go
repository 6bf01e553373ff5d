package ansible

import (
	"maps"
	"slices"

	"github.com/portspec/portspec/internal/model"
)

// productSections are the variables with the product, its ports and features.
func productSections(p *model.Product) []section {
	all := []section{
		{"product", "", text(p.Name)},
		{"vendor", "", text(p.Vendor)},
		{"version", "", text(p.Version)},
	}
	if p.After != "" {
		all = append(all, section{"after", "The release that it comes after.", text(p.After)})
	}
	all = append(all, []section{
		{"sources", "The vendor's documents, whose rows are cited below.", sources(p)},
		{"ports", portsComment, portNumbers(p)},
		{"features", "Features, on which the flows depend.", features(p)},
	}...)
	if len(p.Settings) > 0 {
		all = append(all, section{"settings", "Numbers from which ports are computed. The ports above are for the defaults.", settings(p)})
	}
	return all
}

// referenceSections are the variables with everything else in the documents.
func referenceSections(p *model.Product, connections []*model.Connection) []section {
	return []section{
		{"components", "Components, which talk and listen.", components(p)},
		{"flows", flowsComment, flows(p, connections)},
	}
}

const portsComment = `Default ports: a number, or a list where a listener has several ports or a
range. Ports that are chosen at run time are not here.`

// portNumbers is {ums_server: {web: 8443}}.
func portNumbers(p *model.Product) node {
	all := newMapping()
	for _, c := range p.Components {
		m := newMapping()
		for _, l := range c.Listeners {
			if ports := ranges(l.Ports); ports.is() && len(l.Ports) == 1 && l.Ports[0].From == l.Ports[0].To {
				m.setID(l.ID, ports.items[0])
			} else {
				m.setID(l.ID, ports)
			}
		}
		all.setID(c.ID, present(m.node))
	}
	return all.node
}

func sources(p *model.Product) node {
	return block(each(p.Sources, func(s *model.Source) node {
		m := newMapping()
		m.set("title", text(s.Title))
		m.set("publisher", optional(s.Publisher))
		m.set("edition", optional(s.Edition))
		m.set("date", optional(s.Date))
		m.set("url", optional(s.URL))
		return m.node
	}))
}

// features is {database: {name: …, options: [embedded, oracle], default: embedded}}.
func features(p *model.Product) node {
	all := newMapping()
	for _, f := range p.Features {
		m := newMapping()
		m.set("name", text(f.Name))
		m.set("description", optional(f.Description))
		m.set("options", ids(f.Values()))
		m.set("several", boolean(f.Several))
		m.set("default", word(f.Default))
		m.set("needs", conditionNames(featureConditions(p, f.Needs)))
		m.set("cite", rows(f.Cite))
		m.set("choices", choices(f))
		all.setID(f.ID, m.node)
	}
	return all.node
}

// settings is {instance: {name: Instance number, default: 0, min: 0, max: 97}}.
func settings(p *model.Product) node {
	all := newMapping()
	for _, s := range p.Settings {
		m := newMapping()
		m.set("name", text(s.Name))
		m.set("description", optional(s.Description))
		m.set("default", integer(s.Default))
		m.set("min", integer(s.Min))
		m.set("max", integer(s.Max))
		m.set("cite", rows(s.Cite))
		all.setID(s.ID, m.node)
	}
	return all.node
}

// choices is {oracle: {name: Oracle Database}}, or nothing for a switch.
func choices(f *model.Feature) node {
	all := newMapping()
	for _, c := range f.Choices {
		m := newMapping()
		m.set("name", text(c.Name))
		m.set("description", optional(c.Description))
		m.set("cite", rows(c.Cite))
		all.setID(c.ID, m.node)
	}
	return present(all.node)
}

func components(p *model.Product) node {
	all := newMapping()
	for _, c := range p.Components {
		m := newMapping()
		m.set("name", text(c.Name))
		m.set("description", optional(c.Description))
		m.set("version", optional(c.Version))
		m.set("kind", word(string(c.Kind)))
		m.set("unknown", unknown(c.Unknown))
		m.set("service", word(c.Service))
		if c.At != nil {
			m.set("host_names", present(list(each(c.At.HostNames(), text))))
			m.set("addresses", present(list(each(slices.Concat(c.At.Addresses, c.At.Networks), text))))
			m.set("service_tags", present(list(each(c.At.ServiceTags, text))))
			m.set("urls", present(list(each(c.At.URLs, text))))
		}
		m.set("processes", processes(c.Processes))
		m.setConditions(p, c.Conditions)
		m.set("cite", rows(c.Cite))
		listeners := newMapping()
		for _, l := range c.Listeners {
			listeners.setID(l.ID, listener(p, l))
		}
		m.set("listeners", present(listeners.node))
		all.setID(c.ID, m.node)
	}
	return all.node
}

// setConditions adds the conditions under which something exists; nothing for always.
func (m *mapping) setConditions(p *model.Product, c model.Conditions) {
	m.set("when", present(conditionNames(featureConditions(p, c.When))))
	m.set("os", present(ids(c.OS)))
	if len(c.OSVersions) > 0 {
		systems := newMapping()
		for _, os := range slices.Sorted(maps.Keys(c.OSVersions)) {
			systems.setID(os, releases(c.OSVersions[os]))
		}
		m.set("os_releases", present(systems.node))
	}
	m.set("releases", releases(c.Versions))
	m.set("phase", optional(c.Phase))
}

// releases is {from: "12.02", before: "13"}.
func releases(v *model.Versions) node {
	if v == nil {
		return node{}
	}
	m := newMapping()
	m.set("from", optional(v.From))
	m.set("before", optional(v.Before))
	return present(m.node)
}

func listener(p *model.Product, l *model.Listener) node {
	m := mappingOf(10)
	m.set("purpose", text(l.Purpose))
	m.set("transports", list(each(l.Transports, text)))
	m.set("ports", ranges(l.Ports))
	m.set("one_of", flag(l.OneOf))
	m.set("often", ranges(l.Often))
	m.set("any_other", flag(l.AnyOther))
	m.set("per", optional(l.Per))
	m.set("fallback", ranges(l.Fallback))
	m.set("offset", offset(l.Offset))
	m.set("dynamic", dynamic(l.Dynamic))
	if l.Count > 0 {
		m.set("count", integer(l.Count))
	}
	m.set("unknown", unknown(l.Unknown))
	m.set("icmp", present(block(each(l.ICMP, message))))
	m.set("app", optional(l.App))
	m.set("bind", optional(l.Bind))
	m.set("off_until", optional(l.OffUntil))
	m.set("network", optional(l.Network))
	m.set("same_on_peers", flag(l.SameOnPeers))
	m.set("opened_by_installer", flag(l.OpenedByInstaller))
	m.set("system_socket", optional(l.SystemSocket))
	m.set("configurable", configurable(l.Configurable))
	m.set("processes", processes(l.Processes))
	m.setConditions(p, l.Conditions)
	m.set("cite", rows(l.Cite))
	return m.node
}

// message is {type: 8, code: 0}.
func message(i model.ICMP) node {
	m := newMapping()
	m.set("type", integer(i.Type))
	if i.Code != nil {
		m.set("code", integer(*i.Code))
	}
	return m.node
}

// offset is {setting: base port, base: 5000, plus: 2}.
func offset(o *model.Offset) node {
	if o == nil {
		return node{}
	}
	m := newMapping()
	m.set("setting", optional(o.Setting))
	m.set("named", flag(o.Named))
	m.set("of", word(o.Of))
	m.set("base", integer(o.Base))
	if o.Times > 1 {
		m.set("times", integer(o.Times))
	}
	m.set("plus", integer(o.Plus))
	if o.PlusTo != nil {
		m.set("plus_to", integer(*o.PlusTo))
	}
	return m.node
}

// dynamic is {mapper: epmap, ranges: [{from: 49152, to: 65535}]}; {} if neither is
// known.
func dynamic(d *model.Dynamic) node {
	if d == nil {
		return node{}
	}
	m := newMapping()
	m.set("mapper", word(d.Mapper))
	m.set("upward", flag(d.Upward))
	m.set("drawn", optional(d.Drawn))
	m.set("ranges", present(block(each(d.Ranges, func(r model.DynamicRange) node {
		m := newMapping()
		m.set("from", integer(r.From))
		m.set("to", integer(r.To))
		m.set("above", flag(r.Above))
		m.set("os", present(ids(r.OS)))
		m.set("os_releases", releases(r.Versions))
		m.set("cite", rows(r.Cite))
		return m.node
	}))))
	return m.node
}

// unknown is {port: The cell is empty.}: what the document leaves open, by aspect.
func unknown(u model.Unknown) node {
	m := newMapping()
	for _, a := range u.Aspects() {
		m.setID(string(a), text(u[a]))
	}
	return present(m.node)
}

// configurable is {allowed: true, how: …, at: any_time}.
func configurable(c *model.Configurable) node {
	if c == nil {
		return node{}
	}
	m := newMapping()
	m.set("allowed", boolean(c.Allowed))
	m.set("how", optional(c.How))
	m.set("at", word(c.At))
	m.set("since", optional(c.Since))
	return m.node
}

package ansible

import (
	"maps"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// choiceSections are the variables with the options that a site chose, and the
// conditions that these meet.
func choiceSections(p *model.Product, lists ruleLists) []section {
	prefix := prefix(named(p))
	return []section{
		{"defaults", defaultsComment, defaults(p).node},
		{"chosen", "", template("{{ " + prefix + "_defaults | combine(" + prefix + "_choices | default({})) }}")},
		{"conditions", conditionsComment, conditionSection(p, lists)},
		{"met", "", template("{{ " + prefix + "_conditions | dict2items | selectattr('value') | map(attribute='key') | list }}")},
	}
}

const defaultsComment = `The defaults of features. Set PREFIX_choices, for example in the inventory,
to the features that differ: {feature: option}. "on"
and "off" need their quotes.`

// defaults is {database: embedded, shadowing: "off"}. A feature with several options at
// once has a list. A feature without a default is left out.
func defaults(p *model.Product) *mapping {
	m := newMapping()
	for _, f := range p.Features {
		value := word(f.Default)
		if f.Several && value.is() {
			value = ids([]string{f.Default})
		}
		m.setID(f.ID, value)
	}
	return m
}

const conditionsComment = `Everything that rules below depend on; PREFIX_met lists what is met.
"on" and "peer on" are the operating systems of the host and of the other end:
set portspec_os, portspec_os_release, portspec_peer_os and
portspec_peer_os_release to leave out what is for others. Set PREFIX_release
to the release if it is not that of the documents, and portspec_phase to
installation or upgrade for what only these need.`

// A condition is met on a host or not. Rules refer to it by its name, which is derived
// from all of it, so that conditions with the same name are the same.
type condition struct {
	name string
	// met is a Jinja expression that contains only ids and release numbers.
	met string
}

// conditionSection maps the names of conditions to whether they are met:
//
//	database=oracle|derby: "{{ igel_ums_chosen['database'] in ['oracle', 'derby'] }}"
func conditionSection(p *model.Product, lists ruleLists) node {
	all := map[string]string{}
	add := func(conditions []condition) {
		for _, c := range conditions {
			all[c.name] = c.met
		}
	}
	for _, f := range p.Features {
		add(featureConditions(p, f.Needs))
	}
	for _, r := range p.Rules {
		add(featureConditions(p, r.When))
	}
	for _, f := range p.Flows {
		add(featureConditions(p, f.When))
	}
	for _, c := range p.Components {
		add(featureConditions(p, c.When))
		for _, l := range c.Listeners {
			add(featureConditions(p, l.When))
		}
		for _, list := range []map[string][]*rule{lists.inbound, lists.outbound, lists.unnumbered} {
			for _, r := range list[c.ID] {
				add(r.conditions())
			}
		}
	}
	m := newMapping()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		m.set(name, template("{{ "+all[name]+" }}"))
	}
	return m.node
}

// featureConditions has one condition for each feature, or for each list of values of which
// one must be chosen.
func featureConditions(p *model.Product, w model.When) []condition {
	var all []condition
	for id, values := range w.Lists() {
		chosen, options := prefix(named(p))+"_chosen['"+key(id)+"']", keys(values)
		met := chosen + " in " + jinjaList(options)
		if f := p.Feature(id); f != nil && f.Several {
			met = chosen + " | intersect(" + jinjaList(options) + ") != []"
		}
		all = append(all, condition{key(id) + "=" + strings.Join(options, "|"), met})
	}
	return all
}

// osConditions are met if the host or, with "peer", the other end has one of the
// operating systems and a matching release.
func osConditions(peer string, os []string, since, before string) []condition {
	variable, label := "portspec_os", ""
	if peer != "" {
		variable, label = "portspec_peer_os", "peer "
	}
	var all []condition
	if len(os) > 0 {
		systems := keys(os)
		name := label + "on " + strings.Join(systems, "|")
		if slices.Contains(os, "unix") {
			systems = append(systems, "linux", "macos") // as vendors' tables mean it
		}
		all = append(all, condition{name, variable + " is not defined or " + variable + " in " + jinjaList(systems)})
	}
	if since == "" && before == "" {
		return all
	}
	for _, c := range releaseConditions(variable+"_release", label+"os ", since, before) {
		c.met = variable + "_release is not defined or " + c.met
		all = append(all, c)
	}
	return all
}

// systemReleases are met unless the host or, with "peer", the other end has this
// operating system in another release:
//
//	windows before 10.0.17763
func systemReleases(peer string, releases []osRelease) []condition {
	variable, label := "portspec_os", ""
	if peer != "" {
		variable, label = "portspec_peer_os", "peer "
	}
	var all []condition
	for _, r := range releases {
		systems := []string{key(r.os)}
		if r.os == "unix" {
			systems = append(systems, "linux", "macos") // as vendors' tables mean it
		}
		for _, c := range releaseConditions(variable+"_release", label+key(r.os)+" ", r.since, r.before) {
			c.met = variable + " is not defined or " + variable + " not in " + jinjaList(systems) +
				" or " + variable + "_release is not defined or " + c.met
			all = append(all, c)
		}
	}
	return all
}

// releaseConditions limit a release, which is the value of the expression.
func releaseConditions(expression, label, since, before string) []condition {
	var all []condition
	if since != "" {
		all = append(all, condition{label + "from " + since, expression + " is version('" + since + "', '>=')"})
	}
	if before != "" {
		all = append(all, condition{label + "before " + before, expression + " is version('" + before + "', '<')"})
	}
	return all
}

// conditions returns all conditions of a rule on the host that it is for.
func (r *rule) conditions() []condition {
	if r.depends == nil {
		r.depends = r.findConditions()
	}
	return r.depends
}

func (r *rule) findConditions() []condition {
	p := r.connection.Product
	all := featureConditions(p, r.when)
	from, to := "", "peer"
	if r.direction == "in" {
		from, to = to, from
	}
	all = append(all, osConditions(from, r.fromOS, "", "")...)
	all = append(all, osConditions(to, r.toOS, r.osSince, r.osBefore)...)
	all = append(all, systemReleases(from, r.fromReleases)...)
	all = append(all, systemReleases(to, r.toReleases)...)
	if r.since != "" || r.before != "" {
		release := "(" + prefix(named(p)) + "_release | default(" + prefix(named(p)) + "_version))"
		all = append(all, releaseConditions(release, "", r.since, r.before)...)
	}
	if r.phase != "" {
		all = append(all, condition{"during " + gen.PhaseName(r.phase), "portspec_phase | default('') == '" + r.phase + "'"})
	}
	return all
}

// conditionNames is ["database=oracle|derby", shadowing=on]; all of them must be met.
func conditionNames(conditions []condition) node {
	return list(each(conditions, func(c condition) node { return text(c.name) }))
}

// jinjaList is a list of ids: ['a', 'b'].
func jinjaList(ids []string) string {
	if len(ids) == 0 {
		return "[]"
	}
	return "['" + strings.Join(ids, "', '") + "']"
}

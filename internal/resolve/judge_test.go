package resolve_test

import (
	"slices"
	"strings"
)

// The judge gives a second opinion by brute force: it opens every socket of every host, and
// compares each with each. It was written from the documentation of the schema, not from the
// package under test.

// A verdict is a reason for rejecting a site, with the code of portspec's finding.
type verdict struct {
	code  string
	where string // id of a host or a product
	// silent is the reason why plain CUE does not reject the site; "" if it does.
	silent string
}

// Reasons why plain CUE does not report what portspec reports.
const (
	byRange = "spans of ports are numbers that CUE cannot compare without writing them all out"
)

// A claim is a port, or a range of ports, that a listener takes on a host.
type claim struct {
	who       string // product/component.listener
	transport string
	span      span
	loopback  bool
	written   bool // written as a range of several ports
}

// judge returns the reasons for rejecting a site.
func judge(s *site, products map[string]*product) []verdict {
	j := &judgement{site: s, products: products, values: make(map[*product]map[string][]string)}
	for id := range j.ids() {
		if j.used(id) {
			j.releases(id)
		}
	}
	for id, use := range s.Products {
		j.use(id, use)
	}
	for id, h := range s.Hosts {
		j.hostReleases(id, h)
		j.host(id, h)
	}
	j.places()
	return j.verdicts
}

type judgement struct {
	site     *site
	products map[string]*product              // by reference: each release is a product
	values   map[*product]map[string][]string // by product in use, and feature
	verdicts []verdict
}

func (j *judgement) refuse(code, where, silent string) {
	j.verdicts = append(j.verdicts, verdict{code, where, silent})
}

func (j *judgement) used(id string) bool {
	if _, ok := j.site.Products[id]; ok {
		return true
	}
	for _, h := range j.site.Hosts {
		for _, at := range h.Runs {
			if strings.HasPrefix(at, id+"/") {
				return true
			}
		}
	}
	return false
}

// choose sets the features of a product.
func (j *judgement) choose(p *product) {
	j.values[p] = make(map[string][]string)
	for id, f := range p.Features {
		var values []string
		switch given := j.site.Products[p.ID].Features[id].(type) {
		case nil:
			switch {
			case f.Default != "":
				values = []string{f.Default}
			case len(f.Choices) == 0:
				values = []string{"off"}
			}
		case bool:
			values = []string{map[bool]string{true: "on", false: "off"}[given]}
		case string:
			values = []string{given}
		case []string:
			values = given
		}
		j.values[p][id] = values
	}
}

// combine rejects features of a product that exclude each other.
func (j *judgement) combine(p *product) {
	for id, f := range p.Features {
		values := j.values[p][id]
		switch {
		case len(values) == 0:
			j.refuse("PS2205", p.ID, "")
			continue
		case len(values) > 1 && !f.Several:
			j.refuse("PS2205", p.ID, "")
		}
		for _, v := range values {
			if _, known := f.Choices[v]; !known && (len(f.Choices) > 0 || v != "on" && v != "off") {
				j.refuse("PS2105", p.ID, "")
			}
		}
		if !slices.Contains(values, "off") {
			for other, wanted := range f.Needs {
				if !j.met(p, when{other: wanted}) {
					j.refuse("PS2204", p.ID, "")
				}
			}
		}
	}
}

// met reports whether every feature of a condition has one of its values.
func (j *judgement) met(p *product, w when) bool {
	for f, wanted := range w {
		if !slices.ContainsFunc(j.values[p][f], func(v string) bool { return slices.Contains(wanted, v) }) {
			return false
		}
	}
	return true
}

// host judges a host: its components, the rules in force there, and its sockets.
func (j *judgement) host(id string, h host) {
	one := make(map[string]map[string]bool)   // listeners that share a socket
	apart := make(map[string]map[string]bool) // components that rules keep apart
	for _, p := range j.onHost(h) {
		for name, r := range p.Rules {
			together := func(c string) bool { return slices.Contains(h.Runs, p.ID+"/"+c) }
			if !j.met(p, r.When) || slices.ContainsFunc(r.Together, func(c string) bool { return !together(c) }) {
				continue
			}
			if r.Forbid {
				j.refuse("PS2208", id, "")
				for _, c := range r.Together {
					mark(apart, p.ID+"/"+c, "rule "+p.ID+" "+name)
				}
			}
			for socket, owners := range r.Share {
				for c, l := range owners {
					mark(one, p.ID+"/"+c+"."+l, "rule "+p.ID+" "+name+" "+socket)
				}
			}
		}
	}
	var claims []claim
	seen := make(map[string]bool)
	for _, at := range h.Runs {
		if seen[at] {
			j.refuse("PS2224", id, "")
		}
		seen[at] = true
		product, component, _ := strings.Cut(at, "/")
		p := j.on(h, product)
		switch {
		case len(j.named(product)) == 0:
			j.refuse("PS2201", id, "")
		case p == nil: // its release was rejected
		case p.Components[component] == nil:
			j.refuse("PS2101", id, "")
		default:
			claims = append(claims, j.claims(id, h, p, component, one)...)
		}
	}
	j.meet(id, h, claims, one, apart)
}

func mark(one map[string]map[string]bool, who, label string) {
	if one[who] == nil {
		one[who] = make(map[string]bool)
	}
	one[who][label] = true
}

// claims lists the claims of a component on a host.
func (j *judgement) claims(id string, h host, p *product, component string, one map[string]map[string]bool) []claim {
	c := p.Components[component]
	if !j.met(p, c.When) {
		j.refuse("PS2203", id, "")
		return nil
	}
	if len(c.OS) > 0 && !slices.Contains(c.OS, h.OS) {
		j.refuse(map[bool]string{true: "PS2211", false: "PS2219"}[h.OS == ""], id, "")
		return nil
	}
	var claims []claim
	for name, l := range c.Listeners {
		if !j.met(p, l.When) {
			continue
		}
		if len(l.OS) > 0 && !slices.Contains(l.OS, h.OS) {
			if h.OS == "" {
				j.refuse("PS2211", id, "")
			}
			continue
		}
		who := p.ID + "/" + component + "." + name
		if l.SystemSocket != "" {
			mark(one, who, "system "+l.SystemSocket)
		}
		if c.Service != nil {
			mark(one, who, "service "+c.Service.ID+"."+name)
			for _, view := range j.views(c.Service.ID, name) {
				mark(one, who, "system "+view)
			}
		}
		open, fixed := l.open(), l.Dynamic == nil
		overrides := j.overrides(h, p, component, name)
		for _, w := range overrides {
			if w != overrides[0] {
				j.refuse("PS2104", "", map[bool]string{true: byRange}[w.From != w.To || overrides[0].From != overrides[0].To])
			}
			open, fixed = overrides[:1], fixed || overrides[0].From == overrides[0].To
		}
		for _, s := range open {
			for _, t := range l.ported() {
				if fixed {
					claims = append(claims, claim{who, t, s, l.Bind == "loopback", s.From != s.To})
				}
			}
		}
	}
	return claims
}

// views lists the sockets of the operating system that used products name for a listener of a
// shared service. What one product declares about a service applies to all.
func (j *judgement) views(service, listener string) []string {
	var all []string
	for p := range j.values {
		for _, c := range p.Components {
			if c.Service != nil && c.Service.ID == service && c.Listeners[listener].SystemSocket != "" {
				all = append(all, c.Listeners[listener].SystemSocket)
			}
		}
	}
	return all
}

// overrides lists the ports that rules on the host and the site give a listener.
func (j *judgement) overrides(h host, p *product, component, listener string) []span {
	var overrides []span
	for _, r := range p.Rules {
		together := !slices.ContainsFunc(r.Together, func(c string) bool { return !slices.Contains(h.Runs, p.ID+"/"+c) })
		if n, moves := r.Move[component][listener]; moves && together && j.met(p, r.When) {
			overrides = append(overrides, span{n, n})
		}
	}
	if w, ok := h.Ports[p.ID+"/"+component][listener]; ok {
		return append(overrides, w)
	}
	if w, ok := j.site.Products[p.ID].Ports[component][listener]; ok {
		overrides = append(overrides, w)
	}
	return overrides
}

// meet compares every claim with every other, except for components that a rule keeps apart.
func (j *judgement) meet(id string, h host, claims []claim, one, kept map[string]map[string]bool) {
	for changed := true; changed; { // sharing a socket is transitive
		changed = false
		for a, labels := range one {
			for b, others := range one {
				if a == b || !shared(labels, others) {
					continue
				}
				for x := range labels {
					changed = changed || !others[x]
					others[x] = true
				}
			}
		}
	}
	for i, a := range claims {
		for _, b := range claims[i+1:] {
			apart := a.transport != b.transport || a.span.To < b.span.From || b.span.To < a.span.From
			if apart || a.who == b.who || shared(one[a.who], one[b.who]) || a.loopback != b.loopback && h.OS == "windows" {
				continue
			}
			if x, y := ofListener(a.who), ofListener(b.who); x != y && shared(kept[x], kept[y]) {
				continue
			}
			if ofListener(a.who) == ofListener(b.who) && (single(a.span) != single(b.span)) {
				continue // a range may include a port of its component that is listed by itself
			}
			j.refuse("PS2202", id, map[bool]string{true: byRange}[a.written || b.written])
		}
	}
}

func single(r span) bool { return r.From == r.To }

// ofListener returns the product/component of product/component.listener.
func ofListener(who string) string { return who[:strings.LastIndex(who, ".")] }

func shared(a, b map[string]bool) bool {
	for x := range a {
		if b[x] {
			return true
		}
	}
	return false
}

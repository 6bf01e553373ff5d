package load

import (
	"maps"
	"slices"
	"sync"

	"cuelang.org/go/cue"

	"github.com/portspec/portspec/internal/model"
)

// A reader takes a value apart that CUE has accepted, so that a field is there,
// or optional and absent, and of its type.
type reader struct {
	v cue.Value
	// nowhere are fields that no value has, which need not be looked up.
	nowhere map[string]bool
}

func read(v cue.Value) reader { return reader{v: v} }

// with is another value of the same package.
func (r reader) with(v cue.Value) reader { return reader{v, r.nowhere} }

// paths are those of the fields that were read so far: to make one takes as long
// as to follow it.
var paths sync.Map

// get is the value of a field. CUE makes an error of a field that is not there,
// and another of whatever is read of it: such a value is nothing here at once.
func (r reader) get(field string) reader {
	if r.nowhere[field] {
		return reader{}
	}
	path, ok := paths.Load(field)
	if !ok {
		path, _ = paths.LoadOrStore(field, cue.MakePath(cue.Str(field)))
	}
	v := r.v.LookupPath(path.(cue.Path))
	if !v.Exists() {
		return reader{}
	}
	return r.with(v)
}

// there reports whether there is a value.
func (r reader) there() bool { return r.v != cue.Value{} }

func (r reader) has(field string) bool { return r.get(field).there() }

func (r reader) str(field string) string { return text(r.get(field)) }

func (r reader) bool(field string) bool {
	r = r.get(field)
	if !r.there() {
		return false
	}
	b, _ := r.v.Bool()
	return b
}

func (r reader) int(field string) int { return number(r.get(field)) }

func (r reader) strs(field string) []string { return texts(r.get(field)) }

// items decodes a list; nil where it is absent.
func items[T any](r reader, decode func(reader) T) []T {
	if !r.there() {
		return nil
	}
	iter, err := r.v.List()
	if err != nil {
		return nil
	}
	var all []T
	for iter.Next() {
		all = append(all, decode(r.with(iter.Value())))
	}
	return all
}

// list decodes the fields of a struct in the author's order.
func list[T any](r reader, decode func(id string, r reader) T) []T {
	if !r.there() {
		return nil
	}
	iter, err := r.v.Fields()
	if err != nil {
		return nil
	}
	all := []T{}
	for iter.Next() {
		all = append(all, decode(iter.Selector().Unquoted(), r.with(iter.Value())))
	}
	return all
}

// table decodes the fields of a struct that is a map; nil where it is empty.
func table[T any](r reader, decode func(reader) T) map[string]T {
	if !r.there() {
		return nil
	}
	iter, err := r.v.Fields()
	if err != nil {
		return nil
	}
	var all map[string]T
	for iter.Next() {
		if all == nil {
			all = make(map[string]T)
		}
		all[iter.Selector().Unquoted()] = decode(r.with(iter.Value()))
	}
	return all
}

func text(r reader) string {
	if !r.there() {
		return ""
	}
	s, _ := r.v.String()
	return s
}

func texts(r reader) []string { return items(r, text) }

// addresses are texts that are addresses or networks, each in its one spelling.
func addresses(r reader) []string {
	return items(r, func(r reader) string { return model.CanonicalAddress(text(r)) })
}

func endpoints(r reader) model.Endpoints {
	return model.Endpoints{Names: r.strs("names"), Addresses: addresses(r.get("addresses")), Networks: addresses(r.get("networks"))}
}

// product decodes a #Product and, apart from it, the shared services that its
// components are.
func product(r reader) (*model.Product, []*model.Service) {
	p := &model.Product{
		ID:          r.str("id"),
		Name:        r.str("name"),
		Vendor:      r.str("vendor"),
		Version:     r.str("version"),
		Description: r.str("description"),
		Features:    list(r.get("features"), feature),
		Flows:       list(r.get("flows"), flow),
		Rules:       list(r.get("rules"), rule),
		Errata:      list(r.get("errata"), erratum),
		Suppress:    list(r.get("suppress"), suppression),
	}
	p.Sources = list(r.get("sources"), func(id string, r reader) *model.Source { return sourceOf(p.ID, id, r) })
	var services []*model.Service
	p.Components = list(r.get("components"), func(id string, r reader) *model.Component {
		if s := r.get("service"); s.there() {
			services = append(services, service("", s))
		}
		return component(id, r)
	})
	return p, services
}

func suppression(id string, r reader) *model.Suppression {
	return &model.Suppression{ID: id, Code: r.str("code"), At: r.str("at"), Reason: r.str("reason"), Until: r.str("until")}
}

func sourceOf(product, id string, r reader) *model.Source {
	return &model.Source{
		ID:        id,
		Title:     r.str("title"),
		Publisher: r.str("publisher"),
		URL:       r.str("url"),
		Edition:   r.str("edition"),
		Date:      r.str("date"),
		Tables: list(r.get("tables"), func(id string, r reader) *model.Table {
			return &model.Table{
				ID:    id,
				Title: r.str("title"),
				Rows: list(r.get("rows"), func(row string, r reader) model.Row {
					return model.Row{ID: product + "/" + id + "/" + row, Cell: text(r)}
				}),
			}
		}),
	}
}

func feature(id string, r reader) *model.Feature {
	return &model.Feature{
		ID:          id,
		Name:        r.str("name"),
		Description: r.str("description"),
		Choices: list(r.get("choices"), func(id string, r reader) model.Choice {
			return model.Choice{ID: id, Name: r.str("name"), Description: r.str("description"), Cite: r.strs("cite")}
		}),
		Several: r.bool("several"),
		Default: r.str("default"),
		Needs:   table(r.get("needs"), texts),
		Cite:    r.strs("cite"),
	}
}

func service(_ string, r reader) *model.Service {
	return &model.Service{
		ID:          r.str("id"),
		Name:        r.str("name"),
		Description: r.str("description"),
		Listeners:   list(r.get("listeners"), listener),
		Provided:    r.strs("provided"),
		References: items(r.get("references"), func(r reader) model.Reference {
			return model.Reference{Title: r.str("title"), URL: r.str("url")}
		}),
	}
}

func component(id string, r reader) *model.Component {
	c := &model.Component{
		ID:          id,
		Name:        r.str("name"),
		Description: r.str("description"),
		Version:     r.str("version"),
		Kind:        model.Kind(r.str("kind")),
		Service:     r.get("service").str("id"),
		Processes:   table(r.get("processes"), texts),
		Listeners:   list(r.get("listeners"), listener),
		Conditions:  conditions(r),
		Cite:        r.strs("cite"),
	}
	if at := r.get("at"); at.there() {
		at := endpoints(at)
		c.At = &at
	}
	return c
}

func listener(id string, r reader) *model.Listener {
	return &model.Listener{
		ID:            id,
		Purpose:       r.str("purpose"),
		Transports:    r.strs("transports"),
		PortStatement: portStatement(r),
		App:           r.str("app"),
		ICMP: items(r.get("icmp"), func(r reader) model.ICMP {
			m := model.ICMP{Type: r.int("type")}
			if r.has("code") {
				code := r.int("code")
				m.Code = &code
			}
			return m
		}),
		Bind:         r.str("bind"),
		OffUntil:     r.str("off_until"),
		Configurable: configurable(r),
		SystemSocket: r.str("system_socket"),
		Processes:    table(r.get("processes"), texts),
		Conditions:   conditions(r),
		Cite:         r.strs("cite"),
	}
}

func configurable(r reader) *model.Configurable {
	if r = r.get("configurable"); !r.there() {
		return nil
	}
	return &model.Configurable{Allowed: r.bool("allowed"), How: r.str("how"), At: r.str("at")}
}

func conditions(r reader) model.Conditions {
	return model.Conditions{
		When:       table(r.get("when"), texts),
		OS:         r.strs("os"),
		OSVersions: table(r.get("os_versions"), span),
		Versions:   versions(r),
		Phase:      r.str("phase"),
	}
}

func versions(r reader) *model.Versions {
	if r = r.get("versions"); !r.there() {
		return nil
	}
	return span(r)
}

func span(r reader) *model.Versions {
	return &model.Versions{From: r.str("from"), Before: r.str("before")}
}

func erratum(id string, r reader) *model.Erratum {
	return &model.Erratum{
		ID:        id,
		Kind:      r.str("kind"),
		Says:      r.str("says"),
		Encoded:   r.str("encoded"),
		Why:       r.str("why"),
		Flows:     r.strs("flows"),
		Rules:     r.strs("rules"),
		Listeners: table(r.get("listeners"), texts),
		Cite:      r.strs("cite"),
	}
}

func sortedKeys[T any](m map[string]T) []string { return slices.Sorted(maps.Keys(m)) }

package decode

import (
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// Product decodes a #Product, and the shared services that its components use.
func Product(r Reader) (*model.Product, []*model.Service) {
	p := &model.Product{
		ID:          r.Text("id"),
		Name:        r.Text("name"),
		Vendor:      r.Text("vendor"),
		Version:     r.Text("version"),
		After:       r.Text("after"),
		Description: r.Text("description"),
		Features:    List(r.Get("features"), feature),
		Flows:       List(r.Get("flows"), flow),
		Rules:       List(r.Get("rules"), rule),
		Errata:      List(r.Get("errata"), erratum),
		Suppress:    List(r.Get("suppress"), suppression),
	}
	p.Sources = List(r.Get("sources"), func(id string, r Reader) *model.Source { return sourceOf(p.ID, id, r) })
	if r.Has("settings") {
		p.Settings = List(r.Get("settings"), setting)
	}
	var services []*model.Service
	p.Components = List(r.Get("components"), func(id string, r Reader) *model.Component {
		if s := r.Get("service"); s.Exists() {
			services = append(services, Service("", s))
		}
		c := component(id, r)
		for _, l := range c.Listeners {
			if o := l.Offset; o != nil && o.Of == "" {
				o.Named = p.Setting(o.Setting) != nil
			}
		}
		return c
	})
	return p, services
}

func setting(id string, r Reader) *model.Setting {
	return &model.Setting{
		ID: id, Name: r.Text("name"), Description: r.Text("description"), Default: r.int("default"),
		Min: r.int("min"), Max: r.int("max"), Cite: r.Texts("cite"),
	}
}

func suppression(id string, r Reader) *model.Suppression {
	return &model.Suppression{ID: id, Code: diag.Code(r.Text("code")), At: r.Text("at"), Reason: r.Text("reason"), Until: r.Text("until")}
}

func sourceOf(product, id string, r Reader) *model.Source {
	return &model.Source{
		ID:        id,
		Title:     r.Text("title"),
		Publisher: r.Text("publisher"),
		URL:       r.Text("url"),
		Edition:   r.Text("edition"),
		Date:      r.Text("date"),
		Tables: List(r.Get("tables"), func(id string, r Reader) *model.Table {
			return &model.Table{
				ID:    id,
				Title: r.Text("title"),
				Rows: List(r.Get("rows"), func(row string, r Reader) model.Row {
					return model.Row{ID: product + "/" + id + "/" + row, Cell: text(r)}
				}),
			}
		}),
	}
}

func feature(id string, r Reader) *model.Feature {
	return &model.Feature{
		ID:          id,
		Name:        r.Text("name"),
		Description: r.Text("description"),
		Choices: List(r.Get("choices"), func(id string, r Reader) model.Choice {
			return model.Choice{ID: id, Name: r.Text("name"), Description: r.Text("description"), Cite: r.Texts("cite")}
		}),
		Several: r.bool("several"),
		Default: r.Text("default"),
		Needs:   when(r.Get("needs")),
		Cite:    r.Texts("cite"),
	}
}

// Service decodes a #Service, which has its id as a field.
func Service(_ string, r Reader) *model.Service {
	return &model.Service{
		ID:          r.Text("id"),
		Name:        r.Text("name"),
		Description: r.Text("description"),
		Listeners:   List(r.Get("listeners"), listener),
		Provided:    r.Texts("provided"),
		References: items(r.Get("references"), func(r Reader) model.Reference {
			return model.Reference{Title: r.Text("title"), URL: r.Text("url")}
		}),
	}
}

func component(id string, r Reader) *model.Component {
	c := &model.Component{
		ID:          id,
		Name:        r.Text("name"),
		Description: r.Text("description"),
		Version:     r.Text("version"),
		Kind:        model.Kind(r.Text("kind")),
		Unknown:     unknown(r),
		Service:     r.Get("service").Text("id"),
		Processes:   table(r.Get("processes"), texts),
		Listeners:   List(r.Get("listeners"), listener),
		Conditions:  conditions(r),
		Cite:        r.Texts("cite"),
	}
	if at := r.Get("at"); at.Exists() {
		at := endpoints(at)
		c.At = &at
	}
	return c
}

func listener(id string, r Reader) *model.Listener {
	return &model.Listener{
		ID:            id,
		Purpose:       r.Text("purpose"),
		Transports:    append([]string{}, r.Texts("transports")...),
		PortStatement: portStatement(r),
		App:           r.Text("app"),
		ICMP: items(r.Get("icmp"), func(r Reader) model.ICMP {
			m := model.ICMP{Type: r.int("type")}
			if r.Has("code") {
				code := r.int("code")
				m.Code = &code
			}
			return m
		}),
		Bind:              r.Text("bind"),
		OffUntil:          r.Text("off_until"),
		OpenedByInstaller: r.bool("opened_by_installer"),
		Configurable:      configurable(r),
		Network:           r.Text("network"),
		SameOnPeers:       r.bool("same_on_peers"),
		SystemSocket:      r.Text("system_socket"),
		Processes:         table(r.Get("processes"), texts),
		Conditions:        conditions(r),
		Cite:              r.Texts("cite"),
	}
}

func configurable(r Reader) *model.Configurable {
	if r = r.Get("configurable"); !r.Exists() {
		return nil
	}
	return &model.Configurable{Allowed: r.bool("allowed"), How: r.Text("how"), At: r.Text("at"), Since: r.Text("since")}
}

func conditions(r Reader) model.Conditions {
	return model.Conditions{
		When:       when(r.Get("when")),
		OS:         r.Texts("os"),
		OSVersions: table(r.Get("os_versions"), span),
		Versions:   versions(r),
		Phase:      r.Text("phase"),
	}
}

// when decodes a #When, which has one list of values for each feature.
func when(r Reader) model.When {
	return table(r, func(r Reader) [][]string { return [][]string{texts(r)} })
}

func versions(r Reader) *model.Versions {
	if r = r.Get("versions"); !r.Exists() {
		return nil
	}
	return span(r)
}

func span(r Reader) *model.Versions {
	return &model.Versions{From: r.Text("from"), Before: r.Text("before")}
}

func erratum(id string, r Reader) *model.Erratum {
	return &model.Erratum{
		ID:        id,
		Kind:      r.Text("kind"),
		Says:      r.Text("says"),
		Encoded:   r.Text("encoded"),
		Why:       r.Text("why"),
		Flows:     r.Texts("flows"),
		Rules:     r.Texts("rules"),
		Listeners: table(r.Get("listeners"), texts),
		Cite:      r.Texts("cite"),
	}
}

package decode

import "github.com/portspec/portspec/internal/model"

// maxPort is the highest port number.
const maxPort = 65535

func portStatement(r Reader) model.PortStatement {
	s := model.PortStatement{
		Ports:    portSet(r),
		Fallback: ports(r.Get("fallback")),
		Count:    r.int("count"),
		Unknown:  unknown(r),
	}
	if one := r.Get("one_of"); one.Exists() {
		s.OneOf = true
		s.Ports = items(one, portOrRange)
	}
	if o := r.Get("offset"); o.Exists() {
		s.Offset = &model.Offset{Setting: o.Text("setting"), Of: o.Text("of"), Base: o.int("base"), Plus: o.int("plus")}
		if times := o.int("times"); times > 1 {
			s.Offset.Times = times
		}
		if o.Has("plus_to") {
			to := o.int("plus_to")
			s.Offset.PlusTo = &to
		}
	}
	s.Dynamic = dynamic(r)
	s.Often = items(r.Get("often"), portOrRange)
	s.AnyOther = r.bool("any_other") || len(s.Often) > 0
	s.Per = r.Text("per")
	if r.Has("undocumented") {
		if s.Unknown == nil {
			s.Unknown = make(model.Unknown)
		}
		s.Unknown[model.AspectPort] = r.Text("undocumented")
	}
	s.Undocumented = s.Unknown[model.AspectPort]
	return s
}

func unknown(r Reader) model.Unknown {
	if r = r.Get("unknown"); !r.Exists() {
		return nil
	}
	all := make(model.Unknown)
	for aspect, why := range table(r, text) {
		all[model.Aspect(aspect)] = why
	}
	return all
}

func dynamic(r Reader) *model.Dynamic {
	if r = r.Get("dynamic"); !r.Exists() {
		return nil
	}
	drawn := r.Text("drawn")
	if drawn == "start" {
		drawn = "" // as if nothing was written
	}
	return &model.Dynamic{
		Mapper: r.Text("mapper"),
		Drawn:  drawn,
		Ranges: items(r.Get("ranges"), func(r Reader) model.DynamicRange {
			d := model.DynamicRange{PortRange: portRange(r), OS: r.Texts("os"), Versions: versions(r), Cite: r.Texts("cite")}
			if !r.Has("to") {
				d.To, d.Above = maxPort, true
			}
			return d
		}),
		Upward: r.bool("upward"),
	}
}

// portSet decodes a #PortSet: single ports in the author's order, then ranges.
func portSet(r Reader) []model.PortRange {
	all := []model.PortRange{}
	if port := r.Get("port"); port.Exists() {
		n := number(port)
		all = append(all, model.PortRange{From: n, To: n})
	}
	all = append(all, ports(r.Get("ports"))...)
	return append(all, items(r.Get("ranges"), portRange)...)
}

func ports(r Reader) []model.PortRange {
	return items(r, func(r Reader) model.PortRange {
		n := number(r)
		return model.PortRange{From: n, To: n}
	})
}

// portOrRange decodes a port or a range of ports.
func portOrRange(r Reader) model.PortRange {
	if r.Has("from") {
		return portRange(r)
	}
	n := number(r)
	return model.PortRange{From: n, To: n}
}

func portRange(r Reader) model.PortRange {
	return model.PortRange{From: r.int("from"), To: r.int("to")}
}

func number(r Reader) int {
	n, _ := r.scalar().(int64)
	return int(n)
}

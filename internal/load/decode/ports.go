package decode

import "github.com/portspec/portspec/internal/model"

func portStatement(r Reader) model.PortStatement {
	s := model.PortStatement{
		Ports:    portSet(r),
		Fallback: ports(r.Get("fallback")),
		Count:    r.int("count"),
		Unknown:  unknown(r),
	}
	if one := r.Get("one_of"); one.There() {
		s.OneOf = true
		s.Ports = ports(one)
	}
	if o := r.Get("offset"); o.There() {
		s.Offset = &model.Offset{Setting: o.Text("setting"), Of: o.Text("of"), Base: o.int("base"), Plus: o.int("plus")}
	}
	s.Dynamic = dynamic(r)
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
	if r = r.Get("unknown"); !r.There() {
		return nil
	}
	all := make(model.Unknown)
	for aspect, why := range table(r, text) {
		all[model.Aspect(aspect)] = why
	}
	return all
}

func dynamic(r Reader) *model.Dynamic {
	if r = r.Get("dynamic"); !r.There() {
		return nil
	}
	drawn := r.Text("drawn")
	if drawn == "start" {
		drawn = "" // as where nothing is said
	}
	return &model.Dynamic{
		Mapper: r.Text("mapper"),
		Drawn:  drawn,
		Ranges: Items(r.Get("ranges"), func(r Reader) model.DynamicRange {
			return model.DynamicRange{PortRange: portRange(r), OS: r.Texts("os"), Versions: versions(r), Cite: r.Texts("cite")}
		}),
	}
}

// portSet decodes a #PortSet: single ports in the author's order, then ranges.
func portSet(r Reader) []model.PortRange {
	all := []model.PortRange{}
	if port := r.Get("port"); port.There() {
		n := number(port)
		all = append(all, model.PortRange{From: n, To: n})
	}
	all = append(all, ports(r.Get("ports"))...)
	return append(all, Items(r.Get("ranges"), portRange)...)
}

func ports(r Reader) []model.PortRange {
	return Items(r, func(r Reader) model.PortRange {
		n := number(r)
		return model.PortRange{From: n, To: n}
	})
}

func portRange(r Reader) model.PortRange {
	return model.PortRange{From: r.int("from"), To: r.int("to")}
}

func number(r Reader) int {
	n, _ := r.scalar().(int64)
	return int(n)
}

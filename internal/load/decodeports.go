package load

import "github.com/portspec/portspec/internal/model"

func portStatement(r reader) model.PortStatement {
	s := model.PortStatement{
		Ports:        portSet(r),
		Fallback:     ports(r.get("fallback")),
		Count:        r.int("count"),
		Undocumented: r.str("undocumented"),
	}
	if one := r.get("one_of"); one.there() {
		s.OneOf = true
		s.Ports = ports(one)
	}
	if o := r.get("offset"); o.there() {
		s.Offset = &model.Offset{Setting: o.str("setting"), Of: o.str("of"), Base: o.int("base"), Plus: o.int("plus")}
	}
	s.Dynamic = dynamic(r)
	return s
}

func dynamic(r reader) *model.Dynamic {
	if r = r.get("dynamic"); !r.there() {
		return nil
	}
	return &model.Dynamic{
		Mapper: r.str("mapper"),
		Ranges: items(r.get("ranges"), func(r reader) model.DynamicRange {
			return model.DynamicRange{PortRange: portRange(r), OS: r.strs("os"), Versions: versions(r), Cite: r.strs("cite")}
		}),
	}
}

// portSet decodes a #PortSet: single ports in the author's order, then ranges.
func portSet(r reader) []model.PortRange {
	all := []model.PortRange{}
	if port := r.get("port"); port.there() {
		n := number(port)
		all = append(all, model.PortRange{From: n, To: n})
	}
	all = append(all, ports(r.get("ports"))...)
	return append(all, items(r.get("ranges"), portRange)...)
}

func ports(r reader) []model.PortRange {
	return items(r, func(r reader) model.PortRange {
		n := number(r)
		return model.PortRange{From: n, To: n}
	})
}

func portRange(r reader) model.PortRange {
	return model.PortRange{From: r.int("from"), To: r.int("to")}
}

func number(r reader) int {
	if !r.there() {
		return 0
	}
	n, _ := r.v.Int64()
	return int(n)
}

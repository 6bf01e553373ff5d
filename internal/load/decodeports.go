package load

import "github.com/portspec/portspec/internal/model"

func portStatement(r reader) model.PortStatement {
	s := model.PortStatement{
		Ports:        portSet(r),
		Fallback:     ports(r.get("fallback")),
		Count:        r.int("count"),
		Undocumented: r.str("undocumented"),
	}
	if r.has("one_of") {
		s.OneOf = true
		s.Ports = ports(r.get("one_of"))
	}
	if r.has("offset") {
		o := r.get("offset")
		s.Offset = &model.Offset{Setting: o.str("setting"), Of: o.str("of"), Base: o.int("base"), Plus: o.int("plus")}
	}
	s.Dynamic = dynamic(r)
	return s
}

func dynamic(r reader) *model.Dynamic {
	if !r.has("dynamic") {
		return nil
	}
	r = r.get("dynamic")
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
	if r.has("port") {
		n := r.int("port")
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

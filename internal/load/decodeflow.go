package load

import "github.com/portspec/portspec/internal/model"

func flow(id string, r reader) *model.Flow {
	f := &model.Flow{
		ID:   id,
		From: r.strs("from"),
		To: list(r.get("to"), func(id string, r reader) model.Target {
			return model.Target{Component: id, Listeners: texts(r)}
		}),
		Transports:   r.strs("transports"),
		Suffices:     suffices(r),
		Purpose:      r.str("purpose"),
		Note:         r.str("note"),
		Optional:     r.bool("optional"),
		InsteadOf:    r.strs("instead_of"),
		BothWays:     r.bool("both_ways"),
		Persistent:   r.bool("persistent"),
		Scope:        r.str("scope"),
		Family:       r.str("family"),
		Delivery:     r.str("delivery"),
		Groups:       addresses(r.get("groups")),
		Via:          r.strs("via"),
		Configurable: configurable(r),
		Conditions:   conditions(r),
		Cite:         r.strs("cite"),
	}
	if s := r.get("source"); s.there() {
		f.Source = &model.SourcePorts{Ports: portSet(s), Same: s.bool("same")}
	}
	if re := r.get("reply"); re.there() {
		f.Reply = &model.Reply{Transport: re.str("transport"), Ports: portSet(re), Dynamic: dynamic(re)}
	}
	return f
}

// suffices is "one", or "" for all.
func suffices(r reader) string {
	if r.str("suffices") == "one" {
		return "one"
	}
	return ""
}

func rule(id string, r reader) *model.Rule {
	return &model.Rule{
		ID:       id,
		Together: r.strs("together"),
		When:     table(r.get("when"), texts),
		Reason:   r.str("reason"),
		Forbid:   r.bool("forbid"),
		Move:     table(r.get("move"), func(r reader) map[string]int { return table(r, number) }),
		Close:    table(r.get("close"), texts),
		Share:    table(r.get("share"), func(r reader) map[string]string { return table(r, text) }),
		Provided: r.strs("provided"),
		Cite:     r.strs("cite"),
	}
}

package decode

import "github.com/portspec/portspec/internal/model"

func flow(id string, r Reader) *model.Flow {
	f := &model.Flow{
		ID:   id,
		From: r.Texts("from"),
		To: List(r.Get("to"), func(id string, r Reader) model.Target {
			return model.Target{Component: id, Listeners: texts(r)}
		}),
		Transports:    r.Texts("transports"),
		Suffices:      suffices(r),
		Purpose:       r.Text("purpose"),
		Note:          r.Text("note"),
		Optional:      r.bool("optional"),
		NoRule:        r.Text("no_rule"),
		InsteadOf:     r.Texts("instead_of"),
		BothWays:      r.bool("both_ways"),
		BothWaysWhen:  when(r.Get("both_ways_when")),
		Persistent:    r.bool("persistent"),
		Scope:         r.Text("scope"),
		Family:        r.Text("family"),
		Delivery:      r.Text("delivery"),
		Groups:        addresses(r.Get("groups")),
		Via:           r.Texts("via"),
		Passes:        r.Texts("passes"),
		TLSInspection: r.Text("tls_inspection"),
		Configurable:  configurable(r),
		Unknown:       unknown(r),
		Conditions:    conditions(r),
		Cite:          r.Texts("cite"),
	}
	if s := r.Get("source"); s.Exists() {
		f.Source = &model.SourcePorts{Ports: portSet(s), Same: s.bool("same")}
	}
	if re := r.Get("reply"); re.Exists() {
		f.Reply = &model.Reply{Transport: re.Text("transport"), Ports: portSet(re), Dynamic: dynamic(re), ToSource: re.bool("to_source")}
		if from := re.Get("from"); from.Exists() {
			f.Reply.From = &model.ReplyFrom{Ports: portSet(from), Dynamic: dynamic(from)}
		}
	}
	if systems := r.Texts("talker_os"); systems != nil {
		f.OS = systems
	}
	if releases := table(r.Get("talker_os_versions"), span); releases != nil {
		f.OSVersions = releases
	}
	return f
}

// suffices returns "one", or "" for all.
func suffices(r Reader) string {
	if r.Text("suffices") == "one" {
		return "one"
	}
	return ""
}

func rule(id string, r Reader) *model.Rule {
	return &model.Rule{
		ID:       id,
		Together: r.Texts("together"),
		When:     when(r.Get("when")),
		Reason:   r.Text("reason"),
		Forbid:   r.bool("forbid"),
		Move:     table(r.Get("move"), func(r Reader) map[string]int { return table(r, number) }),
		Close:    table(r.Get("close"), texts),
		Share:    table(r.Get("share"), func(r Reader) map[string]string { return table(r, text) }),
		Provided: r.Texts("provided"),
		Cite:     r.Texts("cite"),
	}
}

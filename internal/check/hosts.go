package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/model"
)

// wrongHosts finds operating systems at the wrong end: those of a flow are the talker's,
// those of a listener its host's.
func wrongHosts(r *reporter) {
	for _, f := range r.Flows {
		r.wrongTalkers(f)
	}
	for _, c := range r.Components {
		for _, l := range c.Listeners {
			r.wrongListener(c, l)
		}
	}
}

// wrongTalkers reports a flow that starts on systems on which none of its talkers runs.
func (r *reporter) wrongTalkers(f *model.Flow) {
	var runs []string
	for _, id := range f.From {
		c := r.Component(id)
		if share(f.OS, c.OS) {
			return
		}
		runs = append(runs, fmt.Sprintf("%s on %s", id, strings.Join(c.OS, " or ")))
	}
	field := "talker_os"
	if _, written := r.Positions.Find(model.PathOf("flows", f.ID, field)); !written {
		field = "os"
	}
	hint := "make the talkers and talker_os agree"
	if slices.ContainsFunc(f.To, func(t model.Target) bool { return share(f.OS, r.Component(t.Component).OS) }) {
		hint = "talker_os is where the flow starts; give the systems of the listener's host as os of the listener"
	}
	r.report([]string{"flows", f.ID, field}, hint, "flow %s starts on %s only, and no talker runs there: %s",
		f.ID, strings.Join(f.OS, " or "), strings.Join(runs, ", "))
}

// wrongListener reports a listener that is opened on systems on which its component never
// runs.
func (r *reporter) wrongListener(c *model.Component, l *model.Listener) {
	if c.Service != "" || share(l.OS, c.OS) {
		return
	}
	hint := "make the component and the listener agree"
	if slices.ContainsFunc(r.Flows, func(f *model.Flow) bool {
		return slices.ContainsFunc(f.To, func(t model.Target) bool { return t.Component == c.ID && slices.Contains(t.Listeners, l.ID) }) &&
			slices.ContainsFunc(f.From, func(id string) bool { return share(l.OS, r.Component(id).OS) })
	}) {
		hint = "os of a listener is its host's; give the systems of the talker as talker_os of the flow"
	}
	r.report([]string{"components", c.ID, "listeners", l.ID, "os"}, hint, "listener %s of %s is opened on %s only, and %s runs on %s only",
		l.ID, c.ID, strings.Join(l.OS, " or "), c.ID, strings.Join(c.OS, " or "))
}

// share reports whether two lists of operating systems have one in common. An empty list
// means all systems.
func share(a, b []string) bool {
	return len(a) == 0 || len(b) == 0 || slices.ContainsFunc(a, func(os string) bool { return slices.Contains(b, os) })
}

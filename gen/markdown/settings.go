package markdown

// settings writes the settings from which ports are computed, and these ports.
func (v *view) settings(p *page) {
	if len(v.Settings) == 0 {
		return
	}
	p.heading(2, "settings", "Settings")
	p.paragraph("Numbers of an installation from which ports are computed. A site can set other values than the defaults.")
	var rows [][]md
	for _, s := range v.Settings {
		var ports []md
		for _, c := range v.Components {
			for _, l := range c.Listeners {
				if o := l.Offset; o != nil && o.Named && o.Setting == s.ID {
					ports = append(ports, v.listenerLink(c, l, text(c.ID+" "+l.ID)))
				}
			}
		}
		span := number(s.Min) + " to " + number(s.Max)
		rows = append(rows, []md{
			anchor(anchorID("setting", s.ID)) + text(s.ID), join(": ", text(s.Name), text(s.Description)),
			number(s.Default), span, join(", ", ports...), v.evidence(s.Cite, ""),
		})
	}
	p.table([]md{"Setting", "Description", "Default", "Values", "Ports", "Rows"}, rows)
}

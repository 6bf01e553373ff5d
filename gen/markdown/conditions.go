package markdown

import (
	"maps"
	"slices"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// osNames are the operating systems as their makers write them.
var osNames = map[string]md{
	"windows": "Windows", "linux": "Linux", "macos": "macOS", "android": "Android",
	"ios": "iOS", "igel-os": "IGEL OS", "esxi": "ESXi", "unix": "Unix",
}

func osName(os string) md {
	if name, ok := osNames[os]; ok {
		return name
	}
	return text(os)
}

func osList(list []string) md {
	var names []md
	for _, os := range list {
		names = append(names, osName(os))
	}
	return join(" or ", names...)
}

// condition shows features and their values, without one that the table is
// about:
//
//	[database](#feature-database): oracle or postgresql, [imi](#feature-imi) on
func (v *view) condition(w model.When, hide string) md {
	if len(w) == 0 {
		return ""
	}
	var parts []md
	for _, id := range w.Features() {
		if id == hide {
			continue
		}
		f := v.Feature(id)
		separator := md(": ")
		if f != nil && len(f.Choices) == 0 {
			separator = " "
		}
		parts = append(parts, v.featureLink(id)+separator+values(f, w[id]))
	}
	return join(", ", parts...)
}

// values shows the values that a feature must have: "on", "oracle or
// postgresql", "any but core" where that is shorter, or "any". A condition that
// nothing can meet shows as "none".
func values(f *model.Feature, list []string) md {
	if len(list) == 0 {
		return "none"
	}
	if isAny(f, list) {
		return "any"
	}
	but := md("")
	if f != nil {
		others := slices.DeleteFunc(f.Values(), func(v string) bool { return slices.Contains(list, v) })
		if len(list) > 2 && len(others) < len(list) {
			list, but = others, "any but "
		}
	}
	var words []md
	for _, v := range list {
		words = append(words, text(v))
	}
	return but + join(" or ", words...)
}

// isAny reports whether a list holds all values of the feature.
func isAny(f *model.Feature, list []string) bool {
	return f != nil && !slices.ContainsFunc(f.Values(), func(v string) bool { return !slices.Contains(list, v) })
}

// existence shows when a component or a listener exists: "imi on; on Windows;
// from release 6.1; during installation only". It is empty for always.
func (v *view) existence(c model.Conditions) md {
	return join("; ", v.condition(c.When, ""), onHost("", c.OS), osReleases("", c.OSVersions), releases(c.Versions), during(c.Phase))
}

func onHost(who md, os []string) md {
	if len(os) == 0 {
		return ""
	}
	return join(" ", who, "on "+osList(os))
}

// osReleases is "source: Windows before release 10.0.17763".
func osReleases(who md, byOS map[string]*model.Versions) md {
	if len(byOS) == 0 {
		return ""
	}
	var all []md
	for _, os := range slices.Sorted(maps.Keys(byOS)) {
		if span := releases(byOS[os]); span != "" {
			all = append(all, osName(os)+" "+span)
		}
	}
	if len(all) == 0 {
		return ""
	}
	return join(": ", who, join("; ", all...))
}

func releases(v *model.Versions) md {
	if v == nil {
		return ""
	}
	var from, before md
	if v.From != "" {
		from = "from release " + text(v.From)
	}
	if v.Before != "" {
		before = "before release " + text(v.Before)
	}
	return join(", ", from, before)
}

func during(phase string) md {
	if phase == "" {
		return ""
	}
	return "during " + text(gen.PhaseName(phase)) + " only"
}

// needed shows when a line has to be permitted: "always", "optional", and the
// conditions of the flow, of its listener and of both ends. In a table about one
// feature it is what must hold besides, or empty.
func (v *view) needed(l *line, hide string) md {
	parts := make([]md, 1, 8)
	if l.flow.Optional {
		parts[0] = "optional"
	}
	if l.flow.NoRule != "" {
		parts = append(parts, gen.NoRule)
	}
	parts = append(parts, v.fallback(l.flow), v.choice(l.flow), v.condition(l.when, hide))
	talker, listener := md("source"), md("destination")
	if l.back {
		talker, listener = listener, talker
	}
	add := func(who md, c *model.Conditions) {
		for _, part := range [...]md{onHost(who, c.OS), osReleases(who, c.OSVersions), releases(c.Versions), during(c.Phase)} {
			if !slices.Contains(parts, part) {
				parts = append(parts, part)
			}
		}
	}
	c := l.connection
	add(talker, &l.flow.Conditions)
	add(listener, &c.Listener.Conditions)
	add(listener, &c.To.Conditions)
	if len(c.From) == 1 {
		add(talker, &c.From[0].Conditions)
	}
	for _, words := range gen.UnknownTexts(l.flow.Unknown, model.AspectDirection, model.AspectSuffices) {
		parts = append(parts, text(words))
	}
	all := join("; ", parts...)
	if all == "" && hide == "" {
		return "always"
	}
	return all
}

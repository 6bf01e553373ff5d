package describe

import (
	"maps"
	"slices"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// osNames are the names of operating systems as their vendors write them.
var osNames = map[string]string{
	"windows": "Windows", "linux": "Linux", "macos": "macOS", "android": "Android",
	"ios": "iOS", "igel-os": "IGEL OS", "esxi": "ESXi", "unix": "Unix",
}

func (w *Words[T]) OSName(os string) T {
	if name, ok := osNames[os]; ok {
		return T(name)
	}
	return w.Text(os)
}

func (w *Words[T]) OSList(list []string) T {
	return List(" or ", list, w.OSName)
}

// Condition formats the features and values of a condition, except for the feature hide, which
// the table is about:
//
//	database: oracle or postgresql, imi on
//	backend: files, and oracle or sql
func (w *Words[T]) Condition(when model.When, hide string) T {
	if len(when) == 0 {
		return ""
	}
	return List(", ", when.Features(), func(id string) T {
		if id == hide {
			return ""
		}
		f := w.product.Feature(id)
		separator := T(": ")
		if f != nil && len(f.Choices) == 0 {
			separator = " "
		}
		return w.FeatureLink(id) + separator + w.lists(f, when[id])
	})
}

// lists formats lists of values of which each must have one that is chosen.
func (w *Words[T]) lists(f *model.Feature, lists [][]string) T {
	separator := T(" and ")
	if slices.ContainsFunc(lists, func(values []string) bool { return len(values) > 1 }) {
		separator = ", and "
	}
	return List(separator, lists, func(values []string) T { return w.Values(f, values) })
}

// Values formats the values that a feature must have: "on", "oracle or postgresql", "any but
// core" if that is shorter, or "any"; "none" for a condition that cannot hold.
func (w *Words[T]) Values(f *model.Feature, list []string) T {
	if len(list) == 0 {
		return "none"
	}
	if isAny(f, list) {
		return "any"
	}
	but := T("")
	if f != nil {
		others := slices.DeleteFunc(f.Values(), func(v string) bool { return slices.Contains(list, v) })
		if len(list) > 2 && len(others) < len(list) {
			list, but = others, "any but "
		}
	}
	return but + List(" or ", list, w.Text)
}

// isAny reports whether a list contains all values of a feature.
func isAny(f *model.Feature, list []string) bool {
	return f != nil && !slices.ContainsFunc(f.Values(), func(v string) bool { return !slices.Contains(list, v) })
}

// Existence describes when a component or a listener exists: "imi on; on Windows; from release
// 6.1; during installation only". It is empty for always.
func (w *Words[T]) Existence(c model.Conditions) T {
	return Join("; ", w.Condition(c.When, ""), w.OnHost("", c.OS), w.OSReleases("", c.OSVersions), w.Releases(c.Versions), w.During(c.Phase))
}

func (w *Words[T]) OnHost(who T, os []string) T {
	if len(os) == 0 {
		return ""
	}
	return Join(" ", who, "on "+w.OSList(os))
}

// OSReleases formats limits to releases of operating systems: "source: Windows before release
// 10.0.17763".
func (w *Words[T]) OSReleases(who T, byOS map[string]*model.Versions) T {
	if len(byOS) == 0 {
		return ""
	}
	all := List("; ", slices.Sorted(maps.Keys(byOS)), func(os string) T {
		if span := w.Releases(byOS[os]); span != "" {
			return w.OSName(os) + " " + span
		}
		return ""
	})
	if all == "" {
		return ""
	}
	return Join(": ", who, all)
}

func (w *Words[T]) Releases(v *model.Versions) T {
	if v == nil {
		return ""
	}
	var from, before T
	if v.From != "" {
		from = "from release " + w.Text(v.From)
	}
	if v.Before != "" {
		before = "before release " + w.Text(v.Before)
	}
	return Join(", ", from, before)
}

func (w *Words[T]) During(phase string) T {
	if phase == "" {
		return ""
	}
	return "during " + w.Text(gen.PhaseName(phase)) + " only"
}

// Needed describes when a line must be permitted: "always", "optional", and the conditions of
// the flow, its listener and both ends. In a table about the feature hide, it has only the other
// conditions, or is empty.
func (w *Words[T]) Needed(l *Line, hide string) T {
	parts := make([]T, 1, 8)
	if l.Flow.Optional {
		parts[0] = "optional"
	}
	if l.Flow.NoRule != "" {
		parts = append(parts, gen.NoRule)
	}
	parts = append(parts, w.Fallback(l.Flow), w.Choice(l.Flow), w.Condition(l.When, hide))
	talker, listener := T("source"), T("destination")
	if l.Back {
		talker, listener = listener, talker
	}
	add := func(who T, c *model.Conditions) {
		for _, part := range [...]T{w.OnHost(who, c.OS), w.OSReleases(who, c.OSVersions), w.Releases(c.Versions), w.During(c.Phase)} {
			if !slices.Contains(parts, part) {
				parts = append(parts, part)
			}
		}
	}
	c := l.Connection
	add(talker, &l.Flow.Conditions)
	add(listener, &c.Listener.Conditions)
	add(listener, &c.To.Conditions)
	if len(c.From) == 1 {
		add(talker, &c.From[0].Conditions)
	}
	for _, words := range gen.UnknownTexts(l.Flow.Unknown, model.AspectDirection, model.AspectSuffices) {
		parts = append(parts, w.Text(words))
	}
	all := Join("; ", parts...)
	if all == "" && hide == "" {
		return "always"
	}
	return all
}

// Apart formats the conditions under which two components cannot share a host: the features
// that both need, and the operating system if it is not all of them.
//
//	database is sql-server, on Windows only
func (w *Words[T]) Apart(pair *model.Pair) T {
	var parts []T
	for _, product := range slices.Sorted(maps.Keys(pair.Features)) {
		for _, f := range slices.Sorted(maps.Keys(pair.Features[product])) {
			parts = append(parts, w.Text(f)+" is "+w.Text(pair.Features[product][f]))
		}
	}
	if len(pair.OS) == 1 {
		parts = append(parts, "on "+w.OSName(pair.OS[0])+" only")
	}
	return Join(", ", parts...)
}

// WhyApart lists why two components cannot share a host, and what happens on an operating
// system on which both can listen on one port.
//
//	both listen on tcp/8000; on Windows connections to 127.0.0.1 there reach shopping/client
func (w *Words[T]) WhyApart(pair *model.Pair) T {
	var all []T
	for _, reason := range pair.Reasons {
		all = append(all, w.Text(reason))
	}
	for _, os := range slices.Sorted(maps.Keys(pair.Beside)) {
		for _, what := range pair.Beside[os] {
			all = append(all, "on "+w.OSName(os)+" "+w.Text(what))
		}
	}
	return Join("; ", all...)
}

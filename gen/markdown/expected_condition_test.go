package markdown

import (
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/markdown/inline"
	"github.com/portspec/portspec/internal/model"
)

// neededCell returns the condition: optional or not, features that are not known to have the
// same values, then operating systems, releases and phases.
func (e expectation) neededCell(known model.When, hide string) string {
	var features, anchors, parts []string
	w := e.when()
	for id, values := range w.Lists() {
		if id == hide || len(known[id]) > 0 && slices.Equal(values, known[id][0]) {
			continue
		}
		f := e.Product.Feature(id)
		sign := ": "
		if len(f.Choices) == 0 {
			sign = " "
		}
		features = append(features, id+sign+valueWords(f, values))
		anchors = append(anchors, "#feature-"+id)
	}
	if e.Flow.Optional {
		parts = append(parts, "optional")
	}
	for i, id := range e.Flow.InsteadOf {
		parts = append(parts, map[bool]string{true: "only where ", false: ""}[i == 0]+id)
		anchors = slices.Insert(anchors, i, "#flow-"+id)
	}
	if n := len(e.Flow.InsteadOf); n > 0 {
		last := strings.Join(parts[len(parts)-n:], " and ")
		parts = append(parts[:len(parts)-n], last+map[bool]string{true: " does", false: " do"}[n == 1]+" not work")
	}
	if e.Flow.Suffices == "one" {
		parts = append(parts, "one is enough of "+e.sockets())
	}
	if len(features) > 0 {
		parts = append(parts, strings.Join(features, ", "))
	}
	conditions := []model.Conditions{e.Flow.Conditions, e.Listener.Conditions, e.To.Conditions}
	talker, listener := "source ", "destination "
	if e.back {
		talker, listener = listener, talker
	}
	who := []string{talker, listener, listener, talker}
	if len(e.From) == 1 {
		conditions = append(conditions, e.From[0].Conditions)
	}
	for i, c := range conditions {
		for _, part := range conditionWords(who[i], c) {
			if !slices.Contains(parts, part) {
				parts = append(parts, part)
			}
		}
	}
	words := strings.Join(parts, "; ")
	if words == "" {
		if hide != "" {
			return ""
		}
		words = "always"
	}
	return words + " " + strings.Join(anchors, " ")
}

// sockets lists the transports and ports that the flow goes to.
func (e expectation) sockets() string {
	var all []string
	for _, k := range e.Product.Connections() {
		words := strings.ToUpper(k.Transport) + " " + gen.PortText(k.Listener)
		if k.Flow == e.Flow && !slices.Contains(all, words) {
			all = append(all, words)
		}
	}
	return strings.Join(all, ", ")
}

func conditionWords(who string, c model.Conditions) []string {
	var parts []string
	if len(c.OS) > 0 {
		names := strings.NewReplacer("windows", "Windows", "linux", "Linux", "ios", "iOS", "unix", "Unix", "igel-os", "IGEL OS")
		parts = append(parts, who+"on "+names.Replace(strings.Join(c.OS, " or ")))
	}
	var spans []string
	for _, os := range []string{"linux", "windows"} {
		if v, ok := c.OSVersions[os]; ok {
			name := map[string]string{"linux": "Linux", "windows": "Windows"}[os]
			if v.From != "" {
				name += " from release " + v.From + ","
			}
			spans = append(spans, strings.TrimSuffix(name+" before release "+v.Before, " before release "))
		}
	}
	if len(spans) > 0 {
		parts = append(parts, strings.TrimSpace(who)+": "+strings.Join(spans, "; "))
	}
	if c.Versions != nil {
		var span []string
		if c.Versions.From != "" {
			span = append(span, "from release "+inline.Visible(c.Versions.From))
		}
		if c.Versions.Before != "" {
			span = append(span, "before release "+inline.Visible(c.Versions.Before))
		}
		parts = append(parts, strings.Join(span, ", "))
	}
	if c.Phase != "" {
		parts = append(parts, "during "+c.Phase+" only")
	}
	return parts
}

func valueWords(f *model.Feature, list []string) string {
	others := slices.DeleteFunc(f.Values(), func(v string) bool { return slices.Contains(list, v) })
	switch {
	case len(others) == 0:
		return "any"
	case len(list) > 2 && len(others) < len(list):
		return "any but " + strings.Join(others, " or ")
	}
	return strings.Join(list, " or ")
}

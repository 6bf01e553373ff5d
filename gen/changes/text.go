package changes

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/diff"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/screen"
)

// Text prints changes for people: for each product, first the consequences for the
// network by urgency, then everything that has changed by component.
func Text(out io.Writer, c *diff.Changes) {
	for _, f := range c.Contradictions {
		fmt.Fprintf(out, "%s: %s %s %s\n", diff.Contradiction.Title(), screen.Cell(f.Position.String()), f.Code, screen.Cell(f.Message))
	}
	for _, f := range c.Settled {
		fmt.Fprintf(out, "%s: %s %s %s\n", diff.Settled.Title(), screen.Cell(f.Position.String()), f.Code, screen.Cell(f.Message))
	}
	for _, n := range c.NotCompared {
		fmt.Fprintf(out, "not compared: %s, which is incomplete on the %s side\n", screen.Cell(n.Product), n.Side)
	}
	for _, p := range c.Products {
		fmt.Fprintf(out, "%s\n", screen.Cell(productTitle(p)))
		last := diff.Class("")
		for _, a := range c.Actions {
			if a.Product != p.ID {
				continue
			}
			if a.Class != last {
				fmt.Fprintf(out, "  %s\n", a.Class.Title())
				last = a.Class
			}
			fmt.Fprintf(out, "    %s\n", screen.Cell(actionText(a).String()))
		}
		fieldLines(out, c, p.ID)
	}
	fieldLines(out, c, "")
	last := ""
	for _, x := range c.Site {
		if x.Host != last {
			fmt.Fprintf(out, "host %s\n", screen.Cell(x.Host))
			last = x.Host
		}
		fmt.Fprintf(out, "  %s: %s\n", x.Class.Title(), screen.Cell(ruleText(x).String()))
	}
	for i, s := range c.Work {
		if i == 0 {
			fmt.Fprintln(out, "order of work")
		}
		fmt.Fprintf(out, "  %d. %s\n", i+1, screen.Cell(stepText(s)))
		for _, r := range s.Rules {
			fmt.Fprintf(out, "     %s\n", screen.Cell(firewallText(s.Do, r)))
		}
	}
	if users := breakingFor(c); users != "" {
		fmt.Fprintf(out, "breaking for: %s\n", users)
	}
}

// breakingFor lists the users for whom something is breaking.
func breakingFor(c *diff.Changes) string {
	var words []string
	for _, u := range c.Breaks() {
		words = append(words, string(u))
	}
	return strings.Join(words, ", ")
}

// fieldLines prints the changes of a product, or those that belong to none.
func fieldLines(out io.Writer, c *diff.Changes, product string) {
	first := true
	for _, l := range linesOf(c, product) {
		if first {
			first = false
			if product == "" {
				fmt.Fprintln(out, "shared services and the catalogue")
			} else {
				fmt.Fprintln(out, "  what changed")
			}
		}
		fmt.Fprintf(out, "    %s (%s)\n", screen.Cell(l.Text.String()), l.Class.Title())
	}
}

func productTitle(p *diff.Product) string {
	switch {
	case p.Old == nil:
		return fmt.Sprintf("%s: %s %s is new", p.ID, p.New.Name, p.New.Version)
	case p.New == nil:
		return fmt.Sprintf("%s: %s %s is gone", p.ID, p.Old.Name, p.Old.Version)
	}
	title := fmt.Sprintf("%s: %s %s", p.ID, p.New.Name, p.New.Version)
	if p.Old.Version != p.New.Version {
		title = fmt.Sprintf("%s: %s %s → %s", p.ID, p.New.Name, p.Old.Version, p.New.Version)
	}
	if p.Was != "" {
		title += ", renamed from " + p.Was
	}
	return title
}

// actionText describes an action in one line.
func actionText(a *diff.Action) Columns {
	t := a.Traffic()
	from, to := strings.Join(t.From, ", "), t.To
	if t.Back != "" {
		from, to = to, from
	}
	flow := t.Flow + " on " + t.Listener
	if t.Back != "" {
		flow += ", " + gen.BackText[t.Back]
	}
	if t.Optional && !slices.Contains(a.Aspects, "optional") {
		flow += ", optional"
	}
	if len(t.When) > 0 && !slices.Contains(a.Aspects, "when") {
		flow += ", when " + whenText(t.When)
	}
	if differs := actionDiffers(a); differs != "" {
		flow += " [" + differs + "]"
	}
	if also := alsoText(a); also != "" {
		flow += ", " + also
	}
	flow += ": " + t.Purpose
	return Columns{t.Transport + " " + actionPorts(a), from + " → " + to, flow}
}

// actionPorts returns the ports of an action: only those that differ, if any do.
func actionPorts(a *diff.Action) string {
	ports := func(t *diff.Traffic) string { return gen.Dash(gen.PortsText(t.Ports, t.Dynamic)) }
	switch {
	case a.Before != nil && a.After != nil && ports(a.Before) != ports(a.After):
		return ports(a.Before) + " → " + ports(a.After)
	}
	return ports(a.Traffic())
}

func whenText(w model.When) string {
	var parts []string
	for f, values := range w.Lists() {
		parts = append(parts, f+"="+strings.Join(values, "|"))
	}
	return strings.Join(parts, " ")
}

// changeText describes a change in one line.
func changeText(x *diff.Change) string {
	name := x.What + " " + changeName(x)
	switch x.Kind {
	case diff.Changed:
		return fmt.Sprintf("%s: %s %s → %s", name, x.Field, value(x.Field, x.Before), value(x.Field, x.After))
	case diff.Renamed:
		return fmt.Sprintf("%s: renamed from %s", name, x.Old[len(x.Old)-1])
	case diff.Reordered:
		return fmt.Sprintf("%s: %s in another order", strings.TrimSpace(name), x.Field)
	}
	return fmt.Sprintf("%s: %s", name, x.Kind)
}

// changeName names the thing that has changed.
func changeName(x *diff.Change) string {
	if x.Component != "" && x.What != "component" {
		return x.Component + "." + x.ID
	}
	return x.ID
}

// maxValue is the maximum length of a value in a line.
const maxValue = 120

// value formats a field's value for people: lists and conditions as portspec flows shows
// them, everything else as portspec export writes it.
func value(field string, data []byte) string {
	var ports []model.PortRange
	var targets []model.Target
	var when model.When
	var words []string
	s := string(data)
	switch {
	case len(data) == 0:
		return "nothing"
	case (field == "ports" || field == "fallback") && json.Unmarshal(data, &ports) == nil:
		return gen.Dash(model.FormatPorts(ports))
	case field == "to" && json.Unmarshal(data, &targets) == nil:
		for _, t := range targets {
			words = append(words, t.Component+"."+strings.Join(t.Listeners, "|"))
		}
		s = strings.Join(words, ", ")
	case (field == "when" || field == "needs") && json.Unmarshal(data, &when) == nil:
		s = whenText(when)
	case json.Unmarshal(data, &words) == nil:
		s = gen.Dash(strings.Join(words, ", "))
	}
	if utf8.RuneCountInString(s) > maxValue {
		s = string([]rune(s)[:maxValue]) + "…"
	}
	return s
}

// Breakings prints the table of breaking changes.
func Breakings(out io.Writer) {
	fmt.Fprint(out, "| for | breaking change | why |\n| --- | --- | --- |\n")
	for _, b := range diff.Breakings {
		users := make([]string, len(b.Users))
		for i, u := range b.Users {
			users[i] = string(u)
		}
		fmt.Fprintf(out, "| %s | %s | %s |\n", strings.Join(users, ", "), b.What, b.Why)
	}
}

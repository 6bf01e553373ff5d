package ansible

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/sample"
)

// TestSelection runs the example playbooks for hosts with different choices of features, and
// compares the rules that they select with the flows of the model under the same choices. A
// sample has the defaults, as much and as little as possible, and every second of the others.
func TestSelection(t *testing.T) {
	t.Parallel()
	catalog := embedded(t)
	files, _ := Generate(catalog)
	groups := map[string]map[string]host{}
	expected := map[string][]string{} // by host
	rules := map[string]listed{}      // by name
	var playbooks []string
	for _, p := range catalog.Products {
		playbooks = append(playbooks, "examples/"+key(p.ID)+".yml")
		groups[prefix(p.ID)] = map[string]host{}
		some := 0
		for i, s := range setups(p) {
			if !sample.Thorough() && i > 2 && i%2 == 0 {
				continue
			}
			name, os := fmt.Sprintf("%s-%d", p.ID, i), []string{"windows", "linux"}[i%2]
			groups[prefix(p.ID)][name] = host{
				prefix(p.ID) + "_runs": underscore(s.runs), prefix(p.ID) + "_choices": asChoices(p, s.choices), "portspec_os": os,
				prefix(p.ID) + "_addresses": somewhere(p),
			}
			asked := i%3 == 0 // for what the product works without, which is left out by default
			if asked {
				groups[prefix(p.ID)][name]["portspec_optional"] = true
			}
			expected[name] = expectedRules(p, s.runs, s.choices, os, asked)
			some += len(expected[name])
		}
		if some == 0 {
			t.Errorf("%s: no rules are expected", p.ID)
		}
		for _, f := range files {
			if f.Path == "vars/"+key(p.ID)+".yml" {
				maps.Copy(rules, listedRules(t, f.Data, prefix(p.ID)))
			}
		}
	}
	records := play(t, append(recordWanted(t, files), inventoryOf(groups)), append([]string{"-i", "inventory.json"}, playbooks...)...)
	for name, want := range expected {
		var got []string
		wanted, _ := wantedOn(records, name)
		for _, w := range wanted {
			got = append(got, ends(t, w, rules)...)
		}
		slices.Sort(got)
		if got = slices.Compact(got); !slices.Equal(got, want) {
			t.Errorf("%s: missing\n  %s\nsurplus\n  %s", name, strings.Join(without(want, got), "\n  "), strings.Join(without(got, want), "\n  "))
		}
	}
}

// somewhere returns the same address for all components.
func somewhere(p *model.Product) map[string]string {
	at := map[string]string{}
	for _, c := range p.Components {
		at[key(c.ID)] = "192.0.2.1"
	}
	return at
}

func without(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
}

func underscore(ids []string) []string {
	list := make([]string, len(ids))
	for i, id := range ids {
		list[i] = key(id)
	}
	return list
}

// expectedRules lists what hosts with the components permit according to the model: for each flow,
// listener, transport, port and pair of ends one line.
func expectedRules(p *model.Product, runs []string, choices map[string][]string, os string, optional bool) []string {
	var lines []string
	for _, c := range p.Connections() {
		if c.Flow.Scope == "same-host" || c.Listener.Bind == "loopback" || !c.When.Holds(choices) || c.Phase != "" || c.Flow.Optional && !optional {
			continue
		}
		permit := func(way string, from, to *model.Component) {
			for _, end := range []struct {
				id, does string
				talks    bool
			}{{to.ID, "in", to != c.To}, {from.ID, "out", from != c.To}} {
				if !slices.Contains(runs, end.id) || end.does == "out" && way == "forth" && c.Flow.Delivery == "broadcast" {
					continue // nobody knows the broadcast address
				}
				for _, port := range expectedPorts(c, movedPort(c, runs, choices), os, end.talks) {
					lines = append(lines, fmt.Sprintf("%s lets %s %s %s %s.%s %s %s, %s to %s",
						end.id, end.does, c.Flow.ID, way, c.To.ID, c.Listener.ID, protocol(c.Transport), port, from.ID, to.ID))
				}
			}
		}
		for _, from := range c.From {
			if !from.When.Holds(choices) {
				continue
			}
			permit("forth", from, c.To)
			if c.Flow.BothWays && from != c.To {
				permit("reverse", c.To, from)
			}
		}
	}
	slices.Sort(lines)
	return slices.Compact(lines)
}

// movedPort returns the port to which a rule for a shared host moves the listener, or "".
func movedPort(c *model.Connection, runs []string, choices map[string][]string) string {
	for _, r := range c.Product.Rules {
		if port := r.Move[c.To.ID][c.Listener.ID]; port != 0 && r.When.Holds(choices) && len(without(r.Together, runs)) == 0 {
			return fmt.Sprint(port)
		}
	}
	return ""
}

// expectedPorts returns the ports of the listener as one end sees them: the host that connects
// does not know the operating system of the other.
func expectedPorts(c *model.Connection, moved, os string, talks bool) []string {
	var ports []string
	switch {
	case moved != "":
		return []string{moved}
	case !model.HasPorts(c.Transport):
		return []string{""}
	case c.Listener.Dynamic != nil:
		for _, r := range c.Listener.Dynamic.Ranges {
			if talks || len(r.OS) == 0 || slices.Contains(r.OS, os) {
				ports = append(ports, r.String())
			}
		}
		return ports
	}
	for _, r := range slices.Concat(c.Listener.Ports, c.Listener.Fallback) {
		ports = append(ports, r.String())
	}
	return ports
}

// listed is a rule of a file, with the component in whose list it is.
type listed struct {
	holder string
	entry  map[string]any
}

// listedRules returns all rules in a file by name.
func listedRules(t *testing.T, data []byte, prefix string) map[string]listed {
	t.Helper()
	var vars map[string]any
	if err := yaml.Unmarshal(data, &vars); err != nil {
		t.Fatal(err)
	}
	all := map[string]listed{}
	for _, list := range []string{"inbound", "outbound", "unnumbered"} {
		for holder, entries := range vars[prefix+"_"+list].(map[string]any) {
			for _, e := range entries.([]any) {
				entry := e.(map[string]any)
				all[entry["name"].(string)] = listed{holder, entry}
			}
		}
	}
	return all
}

// ends returns the lines of expectedRules for a rule that was selected.
func ends(t *testing.T, wanted map[string]any, rules map[string]listed) []string {
	t.Helper()
	rule, ok := rules[wanted["name"].(string)]
	if !ok {
		t.Fatalf("no rule %v", wanted)
	}
	way := "forth"
	if w, ok := rule.entry["way"]; ok {
		way = w.(string)
	}
	var lines []string
	for _, from := range rule.entry["from"].([]any) {
		for _, to := range rule.entry["to"].([]any) {
			direction := rule.entry["direction"]
			if direction == "in" && to != rule.holder || direction == "out" && from != rule.holder {
				continue
			}
			lines = append(lines, strings.ReplaceAll(fmt.Sprintf("%v lets %v %v %v %v.%v %v %v, %v to %v", rule.holder, direction,
				rule.entry["flow"], way, rule.entry["component"], rule.entry["listener"], wanted["protocol"], wanted["port"], from, to), "_", "-"))
		}
	}
	return lines
}

package ansible

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// talk returns a product "demo" whose flow "f" goes from component "client" to listener "l" of
// component "server".
func talk(l model.Listener, f model.Flow) *model.Product {
	l.ID, l.Purpose, l.Bind = "l", "Listening", cmpOr(l.Bind, "any")
	if l.Transports == nil {
		l.Transports = []string{"tcp"}
	}
	f.ID, f.Purpose = "f", "Talking"
	f.Scope, f.Delivery = cmpOr(f.Scope, "network"), cmpOr(f.Delivery, "unicast")
	f.From = []string{"client"}
	f.To = []model.Target{{Component: "server", Listeners: []string{"l"}}}
	f.Cite = []string{"demo/ports/1"}
	return &model.Product{
		ID: "demo", Name: "Demo", Vendor: "Vendor", Version: "12.04", Description: "Something",
		Features: []*model.Feature{
			{ID: "cache", Name: "Cache", Default: "off"},
			{ID: "database", Name: "Database", Default: "own", Choices: []model.Choice{{ID: "own", Name: "Own"}, {ID: "sql-server", Name: "SQL Server"}}},
		},
		Components: []*model.Component{
			{ID: "server", Name: "Server", Kind: model.Software, Listeners: []*model.Listener{&l}},
			{ID: "client", Name: "Client", Kind: model.Software},
			{ID: "proxy", Name: "Proxy", Kind: model.External},
		},
		Flows:     []*model.Flow{&f},
		Positions: model.NewPositions(maps.All(map[model.Path]diag.Position{"flows.f": {File: "demo.cue", Line: 7, Column: 3}})),
	}
}

func cmpOr(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// edit changes a product and returns it.
func edit(p *model.Product, change func(*model.Product)) *model.Product {
	change(p)
	return p
}

func single(ports ...int) []model.PortRange {
	var list []model.PortRange
	for _, n := range ports {
		list = append(list, model.PortRange{From: n, To: n})
	}
	return list
}

// varsOf returns the variables of a product as a YAML parser reads them.
func varsOf(t testing.TB, p *model.Product) map[string]any {
	t.Helper()
	files, _ := Generate(&model.Catalog{Products: []*model.Product{p}})
	for _, f := range files {
		if f.Path == "vars/"+key(p.ID)+".yml" {
			var vars map[string]any
			if err := yaml.Unmarshal(f.Data, &vars); err != nil {
				t.Fatalf("%v\n%s", err, f.Data)
			}
			return vars
		}
	}
	t.Fatal("no file of variables")
	return nil
}

// rulesText returns the entries of the three lists, one per line, without what is the same in all:
//
//	server in tcp 8443 client>server
//	client out tcp 8443 client>server
func rulesText(vars map[string]any, prefix string) []string {
	var lines []string
	for _, list := range []string{"inbound", "outbound", "unnumbered"} {
		byComponent := vars[prefix+"_"+list].(map[string]any)
		for _, holder := range slices.Sorted(maps.Keys(byComponent)) {
			for _, e := range byComponent[holder].([]any) {
				lines = append(lines, strings.TrimSpace(holder+" "+ruleText(e.(map[string]any))))
			}
		}
	}
	return lines
}

func ruleText(e map[string]any) string {
	b := fmt.Sprintf("%v %v", e["direction"], e["protocol"])
	if port, ok := e["port"]; ok {
		b += fmt.Sprintf(" %v", port)
	}
	b += fmt.Sprintf(" %v>%v", join(e["from"]), join(e["to"]))
	for _, field := range []string{
		"icmp_type", "icmp_code", "via", "way", "suffices", "instead_of", "one_of", "fallback", "source_ports", "family", "delivery", "groups",
		"optional", "both_ways", "when",
	} {
		v, ok := e[field]
		if list, isList := v.([]any); !ok || v == false || isList && len(list) == 0 {
			continue
		}
		if v == true {
			b += " " + field
		} else {
			b += fmt.Sprintf(" %s=%v", field, v)
		}
	}
	return b
}

func join(list any) string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(list), " ", "+"), "[]")
}

// ruleNames lists the names of all rules.
func ruleNames(vars map[string]any, prefix string) []string {
	var names []string
	for _, list := range []string{"inbound", "outbound", "unnumbered"} {
		for _, entries := range vars[prefix+"_"+list].(map[string]any) {
			for _, e := range entries.([]any) {
				names = append(names, e.(map[string]any)["name"].(string))
			}
		}
	}
	return names
}

func findingTexts(list diag.List) []string {
	var texts []string
	for _, f := range list {
		_, message, _ := strings.Cut(f.Message, "server.l: ")
		texts = append(texts, string(f.Severity)+" "+message)
	}
	return texts
}

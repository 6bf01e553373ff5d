package audit

import (
	"encoding/json"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen/windows"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
	"github.com/portspec/portspec/internal/policy/policytest"
)

// tables are the arguments of New-NetFirewallRule in a generated script.
var tables, arguments, texts = regexp.MustCompile(`(?m)^\t@\{ (Name = .*) \}$`), regexp.MustCompile(`([A-Za-z]+) = (@\([^)]*\)|'(?:[^']|'')*')`), regexp.MustCompile(`'((?:[^']|'')*)'`)

// asSaved is what PowerShell gives of a computer on which a generated script ran: each
// argument is in the object that has it there, and what was not given is Any.
func asSaved(t *testing.T, script string) string {
	t.Helper()
	type object map[string]any
	var objects []object
	any := func(list []string) any {
		switch len(list) {
		case 0:
			return "Any"
		case 1:
			return list[0]
		}
		return list
	}
	for _, table := range tables.FindAllStringSubmatch(script, -1) {
		args := make(map[string][]string)
		for _, a := range arguments.FindAllStringSubmatch(table[1], -1) {
			for _, text := range texts.FindAllStringSubmatch(a[2], -1) {
				args[a[1]] = append(args[a[1]], strings.ReplaceAll(text[1], "''", "'"))
			}
		}
		id := args["Name"][0]
		objects = append(objects,
			object{"InstanceID": id, "DisplayName": any(args["DisplayName"]), "Enabled": 1, "Direction": map[string]int{"Inbound": 1, "Outbound": 2}[args["Direction"][0]], "Action": 2, "Profile": 0},
			object{"InstanceID": id, "Protocol": any(args["Protocol"]), "LocalPort": any(args["LocalPort"]), "RemotePort": any(args["RemotePort"]), "IcmpType": any(args["IcmpType"])},
			object{"InstanceID": id, "LocalAddress": any(args["LocalAddress"]), "RemoteAddress": any(args["RemoteAddress"])},
			object{"InstanceID": id, "Program": any(args["Program"]), "Package": nil},
			object{"InstanceID": id, "Service": any(args["Service"])},
		)
	}
	outbound := 4
	if strings.Contains(script, "$outbound = 'Allow'") {
		outbound = 2
	}
	for _, name := range []string{"Domain", "Private", "Public"} {
		objects = append(objects, object{"Name": name, "Enabled": 1, "DefaultInboundAction": 4, "DefaultOutboundAction": outbound})
	}
	data, err := json.Marshal(objects)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// scripts are what is generated for the Windows hosts of a deployment, by host.
func scripts(t *testing.T, d *model.Deployment) map[string]string {
	t.Helper()
	files, found := windows.GenerateSite(d, policy.Settings{Partial: true})
	if found.HasErrors() {
		t.Fatal(found)
	}
	all := make(map[string]string)
	for _, f := range files {
		all[strings.TrimSuffix(path.Base(f.Path), ".ps1")] = string(f.Data)
	}
	return all
}

// TestWindowsGenerated takes what PowerShell would give of the rules that are generated for the
// example sites and for random ones, and finds that it agrees.
func TestWindowsGenerated(t *testing.T) {
	deployments := policytest.Examples(t)
	for i := range uint64(20) {
		deployments = append(deployments, policytest.Random(t, i, "windows"))
	}
	hosts, covered := 0, 0
	for _, d := range deployments {
		for host, script := range scripts(t, d) {
			if d.Host(host) == nil || !tables.MatchString(script) {
				continue
			}
			hosts++
			for _, x := range run(t, d, host, machine(t, asSaved(t, script)), Options{Partial: true}).Things {
				if x.Verdict != Covered {
					t.Errorf("%s %s: %+v", d.Site.ID, host, x)
				}
				covered++
			}
		}
	}
	if hosts < 50 || covered < 500 {
		t.Errorf("only %d hosts with %d things", hosts, covered)
	}
}

// TestWindowsSpoiled spoils such rules.
func TestWindowsSpoiled(t *testing.T) {
	d := policytest.Random(t, 3, "windows")
	for host, script := range scripts(t, d) {
		if d.Host(host) == nil || !strings.Contains(script, "Direction = 'Inbound'") {
			continue
		}
		report := func(spoil func(string) string) *Report {
			t.Helper()
			spoiled := spoil(script)
			if spoiled == script {
				t.Fatalf("%s: nothing is spoiled", host)
			}
			return run(t, d, host, machine(t, asSaved(t, spoiled)), Options{Partial: true})
		}
		has := func(r *Report, v Verdict) bool {
			return slices.ContainsFunc(r.Things, func(x Thing) bool { return x.Verdict == v })
		}
		if r := report(func(s string) string {
			return tables.ReplaceAllString(s, "") + "\n\t@{ Name = 'x'; Direction = 'Inbound'; Protocol = 'TCP'; LocalPort = '3389' }\n"
		}); !has(r, Missing) || !has(r, TooWide) {
			t.Errorf("%s: rules are gone, and one is for everybody: %+v", host, r.Things)
		}
	}
}

package ansible

import (
	"context"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"sync"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy/policytest"
	"github.com/portspec/portspec/internal/readers"
	"github.com/portspec/portspec/internal/sample"
)

var loadEmbedded = sync.OnceValues(func() (*load.Result, error) { return load.Embedded(context.Background()) })

// embedded returns the catalogue that comes with portspec. Tests must not change it.
func embedded(t testing.TB) *model.Catalog {
	t.Helper()
	result, err := loadEmbedded()
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Catalog.Products) < 3 || result.Findings.HasErrors() {
		t.Fatalf("%d products, findings %v", len(result.Catalog.Products), result.Findings)
	}
	return result.Catalog
}

// folder returns a new folder with the files.
func folder(t *testing.T, files []gen.File) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range files {
		write(t, filepath.Join(dir, f.Path), f.Data)
	}
	return dir
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// dump returns the variables of products as Ansible sees them, with templates evaluated, by the
// key of the product. Each product is loaded for a host of its own.
func dump(t *testing.T, dir string, products ...*model.Product) map[string]map[string]any {
	t.Helper()
	play, err := filepath.Abs("testdata/dump.yml")
	if err != nil {
		t.Fatal(err)
	}
	hosts := ""
	for _, p := range products {
		hosts += key(p.ID) + ","
	}
	readers.Ansible(t, dir, "ansible-playbook", "-i", hosts, "-e", "folder="+dir, play)
	all := make(map[string]map[string]any)
	for _, p := range products {
		var vars map[string]any
		data, err := os.ReadFile(filepath.Join(dir, key(p.ID)+".json"))
		if err == nil {
			err = json.Unmarshal(data, &vars)
		}
		if err != nil {
			t.Fatal(err)
		}
		all[key(p.ID)] = vars
	}
	return all
}

// yamllintRules are the default rules of yamllint and those that ansible-lint adds. The rule yaml
// of ansible-lint, which would lint all files again, is off.
const yamllintRules = "{extends: default, rules: {octal-values: {forbid-implicit-octal: true, forbid-explicit-octal: true}}}"

// TestLint runs yamllint and the strictest profile of ansible-lint on all files of products and
// sites, including hostile ones. The files are in one folder, as in a workspace, except that
// different files with the same path are in separate folders. Both linters must report the
// mistakes in vars/mistakes.yml and nothing else. A sample contains one product and one site,
// besides those with flows of every kind and with hostile texts.
func TestLint(t *testing.T) {
	t.Parallel()
	pwned := filepath.Join(t.TempDir(), "pwned")
	made := make(map[string][]gen.File)
	catalog, sites := embedded(t), policytest.Examples(t)
	catalog = &model.Catalog{Products: catalog.Products[:sample.Size(1, len(catalog.Products))], Services: catalog.Services}
	sites = sites[:sample.Size(1, len(sites))]
	made["products"], _ = Generate(catalog)
	made["hostile"], _ = Generate(&model.Catalog{Products: []*model.Product{hostileProduct(pwned)}})
	for _, d := range append(sites, backendSite(t), hostileSite(t, pwned)) {
		made["site-"+d.Site.ID], _ = GenerateSite(d)
	}
	var files []gen.File
	args := []string{"--offline", "--profile", "production", "--strict", "--nocolor", "--skip-list", "yaml", "-p", "-q", "vars/mistakes.yml"}
	texts := make(map[string]string)
	for _, folder := range slices.Sorted(maps.Keys(made)) {
		if len(made[folder]) == 0 {
			t.Errorf("%s has no files", folder)
		}
		for _, f := range made[folder] {
			text, taken := texts[f.Path]
			if taken && text == string(f.Data) {
				continue
			}
			if taken {
				f.Path = folder + "/" + f.Path
			} else {
				texts[f.Path] = string(f.Data)
				f.Path = "all/" + f.Path
			}
			files, args = append(files, f), append(args, f.Path)
		}
	}
	dir := folder(t, append(files, gen.File{Path: "vars/mistakes.yml", Data: []byte("---\nBadName: 010\n")}))
	out, err := readers.Try(t, dir, "yamllint", "--strict", "--format", "parsable", "-d", yamllintRules, ".")
	if err == nil || out != "./vars/mistakes.yml:2:13: [error] forbidden implicit octal value \"010\" (octal-values)\n" {
		t.Errorf("yamllint: %v\n%s", err, out)
	}
	out, err = readers.TryAnsible(t, dir, "ansible-lint", args...)
	if err == nil || out != "vars/mistakes.yml:2: var-naming\n" {
		t.Errorf("ansible-lint: %v\n%s", err, out)
	}
	if _, err := os.Stat(pwned); err == nil {
		t.Error("hostile text was executed")
	}
}

// TestEmbeddedVars loads the variables of the three products into Ansible and compares them
// with the model, value by value.
func TestEmbeddedVars(t *testing.T) {
	t.Parallel()
	catalog := embedded(t)
	files, _ := Generate(catalog)
	vars := dump(t, folder(t, files), catalog.Products...)
	for _, p := range catalog.Products {
		t.Run(p.ID, func(t *testing.T) {
			compareVars(t, p, vars[key(p.ID)])
		})
	}
}

// compareVars compares all variables of a product with the model, except for the lists of rules.
func compareVars(t *testing.T, p *model.Product, vars map[string]any) {
	t.Helper()
	prefix := prefix(p.ID) + "_"
	same(t, "name", []any{vars[prefix+"product"], vars[prefix+"vendor"], vars[prefix+"version"]}, []any{p.Name, p.Vendor, p.Version})
	compareComponents(t, p, vars[prefix+"components"].(map[string]any))
	comparePorts(t, p, vars[prefix+"ports"].(map[string]any))

	sources := vars[prefix+"sources"].([]any)
	for i, s := range p.Sources {
		want := reducedModel(s)
		delete(want, "id")
		delete(want, "tables")
		same(t, "source "+s.ID, sources[i], want)
	}
	flows := vars[prefix+"flows"].([]any)
	if len(flows) != len(p.Flows) {
		t.Fatalf("%d flows, want %d", len(flows), len(p.Flows))
	}
	for i, f := range p.Flows {
		got := flows[i].(map[string]any)
		delete(got, "network")
		delete(got, "errata")
		want := reducedModel(f)
		to := map[string]any{}
		for _, target := range f.To {
			to[target.Component] = target.Listeners
		}
		want["to"] = reduced(toJSON(to))
		same(t, "flow "+f.ID, got, want)
	}
	for _, f := range p.Features {
		got := vars[prefix+"features"].(map[string]any)[key(f.ID)].(map[string]any)
		want := reducedModel(f)
		delete(want, "id")
		delete(want, "choices")
		want["options"] = reduced(toJSON(f.Values()))
		for _, c := range f.Choices {
			choice := reducedModel(c)
			delete(choice, "id")
			same(t, "choice "+c.ID, got["choices"].(map[string]any)[key(c.ID)], choice)
		}
		delete(got, "choices")
		same(t, "feature "+f.ID, got, want)
	}
	for _, r := range p.Rules {
		want := reducedModel(r)
		delete(want, "id")
		same(t, "rule "+r.ID, vars[prefix+"rules"].(map[string]any)[key(r.ID)], want)
	}
	for i, name := range []string{"inbound", "outbound", "unnumbered"} {
		if got := len(vars[prefix+name].(map[string]any)); got != len(p.Components) {
			t.Errorf("%s (%d) has lists for %d components of %d", name, i, got, len(p.Components))
		}
	}
}

func compareComponents(t *testing.T, p *model.Product, all map[string]any) {
	t.Helper()
	if len(all) != len(p.Components) {
		t.Errorf("%d components, want %d", len(all), len(p.Components))
	}
	for _, c := range p.Components {
		got := all[key(c.ID)].(map[string]any)
		listeners, _ := got["listeners"].(map[string]any)
		delete(got, "listeners")
		want := reducedModel(c)
		delete(want, "id")
		delete(want, "listeners")
		delete(want, "at")
		if c.At != nil {
			want["host_names"] = reduced(toJSON(c.At.Names))
			want["addresses"] = reduced(toJSON(slices.Concat(c.At.Addresses, c.At.Networks)))
		}
		same(t, "component "+c.ID, got, want)
		if len(listeners) != len(c.Listeners) {
			t.Errorf("component %s has %d listeners, want %d", c.ID, len(listeners), len(c.Listeners))
		}
		for _, l := range c.Listeners {
			want := reducedModel(l)
			delete(want, "id")
			same(t, "listener "+c.ID+"."+l.ID, listeners[key(l.ID)], want)
		}
	}
}

// comparePorts checks that a single port is a number that tasks can use.
func comparePorts(t *testing.T, p *model.Product, all map[string]any) {
	t.Helper()
	for _, c := range p.Components {
		ports, _ := all[key(c.ID)].(map[string]any)
		for _, l := range c.Listeners {
			got, ok := ports[key(l.ID)]
			switch {
			case len(l.Ports) == 0 && ok:
				t.Errorf("%s.%s is %v, but it has no port", c.ID, l.ID, got)
			case len(l.Ports) == 1 && l.Ports[0].From == l.Ports[0].To:
				if got != float64(l.Ports[0].From) {
					t.Errorf("%s.%s is %v (%T), want %v", c.ID, l.ID, got, got, l.Ports[0])
				}
			case len(l.Ports) > 0:
				same(t, "ports of "+c.ID+"."+l.ID, got, reduced(toJSON(l.Ports)))
			}
		}
	}
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if got, want := reduced(got), reduced(want); !reflect.DeepEqual(got, want) {
		t.Errorf("%s is\n  %s\nwant\n  %s", what, asJSON(got), asJSON(want))
	}
}

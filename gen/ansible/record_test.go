package ansible

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/readers"
)

// modules has, for each recorder, the module that it replaces. These modules run only on Windows.
var modules = map[string]string{
	"windows":    "community.windows.win_firewall_rule",
	"powershell": "ansible.windows.win_powershell",
}

// A record is a call of a firewall module.
type record struct {
	Host   string         `json:"host"`
	Module string         `json:"module"`
	Args   map[string]any `json:"args"`
}

// A host is one as an inventory describes it.
type host map[string]any

// atOnce makes a playbook treat all hosts of a test in one batch.
const atOnce = "portspec_serial=1000"

// play runs the playbooks with their arguments, and returns the calls of modules, which must be
// replaced by recorders.
func play(t *testing.T, files []gen.File, args ...string) []record {
	t.Helper()
	recorder, err := os.ReadFile("testdata/record.py")
	if err != nil {
		t.Fatal(err)
	}
	files = slices.Clone(files)
	for _, name := range []string{"wanted", "windows", "powershell"} {
		files = append(files, gen.File{Path: "examples/action_plugins/record_" + name + ".py", Data: recorder})
	}
	dir := folder(t, files)
	out := filepath.Join(dir, "record.json")
	readers.Ansible(t, dir, "ansible-playbook", append([]string{"-c", "local", "-e", atOnce, "-e", "record=" + out}, args...)...)
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	var records []record
	for line := range bytes.Lines(data) {
		var r record
		if err := json.Unmarshal(line, &r); err != nil {
			t.Fatal(err)
		}
		r.Module = strings.TrimPrefix(r.Module, "record_")
		records = append(records, r)
	}
	return records
}

// inventoryOf returns an inventory with groups of hosts.
func inventoryOf(groups map[string]map[string]host) gen.File {
	children := map[string]any{}
	for group, hosts := range groups {
		children[group] = map[string]any{"hosts": hosts}
	}
	return gen.File{Path: "inventory.json", Data: []byte(asJSON(map[string]any{"all": map[string]any{"children": children}}))}
}

// replaced returns the files with a text in one of them replaced.
func replaced(t *testing.T, files []gen.File, path, old, new string) []gen.File {
	t.Helper()
	files = slices.Clone(files)
	i := slices.IndexFunc(files, func(f gen.File) bool { return f.Path == path })
	if i < 0 || !bytes.Contains(files[i].Data, []byte(old)) {
		t.Fatalf("no %q in %s", old, path)
	}
	files[i].Data = bytes.ReplaceAll(files[i].Data, []byte(old), []byte(new))
	return files
}

// recordWanted makes playbooks record what apply.yml would set, instead of setting it.
func recordWanted(t *testing.T, files []gen.File) []gen.File {
	t.Helper()
	for path, include := range map[string]string{"examples/tasks/permit.yml": "apply.yml", "examples/site.yml": "tasks/apply.yml"} {
		if slices.ContainsFunc(files, func(f gen.File) bool { return f.Path == path }) {
			files = replaced(t, files, path, "ansible.builtin.include_tasks: "+include+"\n",
				`record_wanted: {wanted: "{{ portspec_wanted }}", missing: "{{ portspec_missing }}", sockets: "{{ portspec_wanted | portspec_sockets }}"}`+"\n")
		}
	}
	return files
}

// wantedOn lists the rules that were recorded on a host, and the variables that it lacks.
func wantedOn(records []record, name string) (wanted []map[string]any, missing []string) {
	for _, r := range records {
		if r.Host != name {
			continue
		}
		for _, w := range r.Args["wanted"].([]any) {
			wanted = append(wanted, w.(map[string]any))
		}
		for _, m := range r.Args["missing"].([]any) {
			missing = append(missing, m.(string))
		}
	}
	return wanted, missing
}

// socketsOn lists what apply.yml would permit on a host.
func socketsOn(records []record, name string) []string {
	var lines []string
	for _, r := range records {
		if r.Host != name {
			continue
		}
		for _, s := range r.Args["sockets"].([]any) {
			s := s.(map[string]any)
			for _, peer := range s["peers"].([]any) {
				peer := peer.(map[string]any)
				source := ""
				if s["source"] != "" {
					source = fmt.Sprintf("from %v", s["source"])
				}
				line := fmt.Sprint(s["direction"], " ", s["protocol"], " ", source, " ", s["port"], " ", s["icmp"], " ", peer["address"], " ", peer["flows"])
				lines = append(lines, strings.Join(strings.Fields(line), " "))
			}
		}
	}
	return lines
}

// withRecorders replaces the modules of tasks by recorders.
func withRecorders(t *testing.T, files []gen.File) []gen.File {
	t.Helper()
	files = slices.Clone(files)
	for i, f := range files {
		for name, module := range modules {
			files[i].Data = bytes.ReplaceAll(files[i].Data, []byte("  "+module+":"), []byte("  record_"+name+":"))
		}
		if strings.Contains(f.Path, "windows.yml") && bytes.Equal(files[i].Data, f.Data) {
			t.Fatalf("no module in %s", f.Path)
		}
	}
	return files
}

// checkArguments compares the arguments of records with the documentation of the modules: each
// must be an option of its module, of the right type and among its choices, and required options
// must be present.
func checkArguments(t *testing.T, records []record) {
	t.Helper()
	docs := moduleDocs(t)
	for name, module := range modules {
		options := docs[module].Doc.Options
		if len(options) == 0 {
			t.Fatalf("ansible-doc knows no options of %s", module)
		}
		for _, r := range records {
			if r.Module != name {
				continue
			}
			for arg, value := range r.Args {
				option, ok := options[arg]
				if !ok {
					t.Errorf("%s has no option %s", module, arg)
				}
				if len(option.Choices) > 0 && !slices.Contains(option.Choices, value) {
					t.Errorf("%s: %s cannot be %v; choices are %v", module, arg, value, option.Choices)
				}
				if !hasType(value, option.Type) {
					t.Errorf("%s: %s is %#v, not a %s", module, arg, value, option.Type)
				}
			}
			for name, option := range options {
				if _, ok := r.Args[name]; option.Required && !ok {
					t.Errorf("%s requires %s", module, name)
				}
			}
		}
	}
}

// A moduleDoc is the documentation of a module, as ansible-doc prints it.
type moduleDoc struct {
	Doc struct {
		Options map[string]struct {
			Type     string `json:"type"`
			Choices  []any  `json:"choices"`
			Required bool   `json:"required"`
		} `json:"options"`
	} `json:"doc"`
}

var (
	documented map[string]moduleDoc // by moduleDocs, once
	documents  sync.Mutex           // for documented
)

// moduleDocs returns the documentation of the modules from ansible-doc.
func moduleDocs(t *testing.T) map[string]moduleDoc {
	t.Helper()
	documents.Lock()
	defer documents.Unlock()
	if documented == nil {
		out := readers.Ansible(t, ".", "ansible-doc", append([]string{"--json"}, slices.Sorted(maps.Values(modules))...)...)
		if err := json.Unmarshal([]byte(out[strings.Index(out, "{"):]), &documented); err != nil {
			t.Fatal(err)
		}
	}
	return documented
}

func hasType(value any, documented string) bool {
	switch value.(type) {
	case map[string]any:
		return documented == "dict"
	case string:
		return documented == "" || documented == "str"
	case bool:
		return documented == "bool"
	case []any:
		return documented == "list"
	}
	return false
}

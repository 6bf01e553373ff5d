package ansible

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/readers"
)

// TestRefusals checks that the playbook refuses faulty variables of a site.
func TestRefusals(t *testing.T) {
	t.Parallel()
	p := backendProduct()
	p.Features = []*model.Feature{
		{ID: "database", Choices: []model.Choice{{ID: "own"}, {ID: "other"}}},
		{ID: "cache", Default: "off", Needs: model.When{"database": {{"own"}}}},
		{ID: "disks", Default: "a", Several: true, Choices: []model.Choice{{ID: "a"}, {ID: "b"}}},
	}
	p.Rules = append(p.Rules, &model.Rule{ID: "never", Together: []string{"server", "client"}, Forbid: true, Reason: "They fight."})
	files, _ := Generate(&model.Catalog{Products: []*model.Product{p}})
	hosts := map[string]host{}
	refusals := map[string]string{}
	for i, c := range []struct {
		name, message string
		change        host
	}{
		{"fine", "", host{}},
		{"several", "", host{"demo_choices": map[string]any{"database": "other", "disks": []string{"a", "b"}}}},
		{"undecided", "Undecided or unknown features: database", host{"demo_choices": map[string]any{}}},
		{"unknown feature", "Undecided or unknown features: databse", host{"demo_choices": map[string]any{"database": "own", "databse": "own"}}},
		{"unknown option", "database cannot be oracle", host{"demo_choices": map[string]any{"database": "oracle"}}},
		{"no quotes", "cache cannot be True", host{"demo_choices": map[string]any{"database": "own", "cache": true}}},
		{"one of several", "disks cannot be b", host{"demo_choices": map[string]any{"database": "own", "disks": "b"}}},
		{"needs", "cache needs database=own", host{"demo_choices": map[string]any{"database": "other", "cache": "on"}}},
		{"unknown component", "sever is not a component; the components are server, balancer", host{"demo_runs": []string{"sever"}}},
		{"unknown address", "cleint is not a component", host{"demo_addresses": map[string]any{"cleint": "192.0.2.1"}}},
		{"forbidden", "server and client cannot share a host. They fight.", host{"demo_runs": []string{"client", "server"}}},
	} {
		h := backendHost("ufw")
		h["demo_choices"] = map[string]any{"database": "own"}
		maps.Copy(h, c.change)
		name := fmt.Sprintf("host%d", i)
		hosts[name], refusals[name] = h, c.message
	}
	files = replaced(t, files, "examples/tasks/permit.yml", "ansible.builtin.include_tasks: apply.yml", "ansible.builtin.debug:")
	dir := folder(t, append(files, inventoryOf(map[string]map[string]host{"demo": hosts})))
	out, err := readers.TryAnsible(t, dir, "ansible-playbook", "-c", "local", "-e", atOnce, "-i", "inventory.json", "examples/demo.yml")
	if err == nil {
		t.Errorf("the playbook rejected nothing:\n%s", out)
	}
	for name, message := range refusals {
		failed := strings.Contains(out, "fatal: ["+name+"]") || strings.Contains(out, "failed: ["+name+"]")
		if failed != (message != "") {
			t.Errorf("%s: failed %v, want %q\n%s", name, failed, message, out)
		}
		if !slices.ContainsFunc(strings.Split(out, "\n"), func(line string) bool {
			return message == "" || strings.Contains(line, "["+name+"]") && strings.Contains(line, message)
		}) {
			t.Errorf("%s: no %q in\n%s", name, message, out)
		}
	}
}

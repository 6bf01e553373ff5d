package ansible

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/readers"
)

// hostileTexts hold the syntax of YAML, Jinja, shells and firewalls. PWNED is the name of a file
// that is created if any of them is run.
var hostileTexts = []string{
	"{{ lookup('pipe', 'touch PWNED') }}",
	"before {% for x in [1] %}{{ lookup('pipe', 'touch PWNED') }}{% endfor %}",
	"{# a comment",
	"#jinja2: variable_start_string:'<<', variable_end_string:'>>'\n<< lookup('pipe', 'touch PWNED') >>",
	"[{{ 7 * 7 }}]",
	"{'a': 1}",
	"[1, 2]",
	"True",
	"!!python/object/apply:os.system [touch PWNED]",
	"!unsafe x",
	"!vault |\n  6162",
	"on", "~", "20:21", "1e3", "0x1f", "012", "1_000", "2026-01-02", ".inf", "=", "<<", "*a", "&a b", "- a", "? a", "a: b # c", "%YAML 1.1",
	"one\n---\ntwo\n...\n",
	"quotes \" ' ` and \\ and | and $(touch PWNED) ${HOME} %PATH% `touch PWNED`",
	"' --comment ' -j ACCEPT; touch PWNED",
	"<script>alert(1)</script> */ --> %%",
	"\u202eright to left\u202c \x00 \x1b[31m \ufeff \u200b \u2028 \u0085 \ufffe \xff",
	strings.Repeat("very long text, ", 400),
	"日本語 Größe 🔥",
}

// hostileProduct returns a product with hostile text wherever a spec has text.
func hostileProduct(pwned string) *model.Product {
	p := backendProduct()
	p.Sources = []*model.Source{{ID: "ports"}}
	p.Features = []*model.Feature{{ID: "off", Default: "on"}, {ID: "update", Default: "yes", Choices: []model.Choice{{ID: "yes"}, {ID: "1e3"}}}}
	p.Components[0].Processes = map[string][]string{"linux": {""}, "windows": {"", ""}}
	p.Rules[0].Provided = []string{"", ""}
	p.Rules = append(p.Rules, &model.Rule{ID: "never", Together: []string{"server", "client"}, Forbid: true})
	web := p.Components[0].Listeners[0]
	web.Configurable = &model.Configurable{Allowed: true, At: "any-time"}
	web.Offset = &model.Offset{}
	web.When = model.When{"off": {{"on"}}, "update": {{"yes"}}}
	n := 0
	fill(reflect.ValueOf(p), func() string {
		n++
		return strings.ReplaceAll(hostileTexts[n%len(hostileTexts)], "PWNED", pwned)
	})
	p.Flows[0].NoRule, web.Per = "", "" // these prevent rules
	// One flow for each text, so that each reaches a firewall's description.
	for i, s := range hostileTexts {
		f := *p.Flows[0]
		f.ID, f.To = "text-"+string(rune('a'+i/26))+string(rune('a'+i%26)), []model.Target{{Component: "server", Listeners: []string{"web"}}}
		f.Purpose = strings.ReplaceAll(s, "PWNED", pwned)
		p.Flows = append(p.Flows, &f)
	}
	return p
}

// fill sets every field of the model that holds text.
func fill(v reflect.Value, next func() string) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			fill(v.Elem(), next)
		}
	case reflect.Slice:
		for i := range v.Len() {
			fill(v.Index(i), next)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			switch name := v.Type().Field(i).Name; name {
			case "Name", "Vendor", "Description", "Title", "Publisher", "Edition", "Date", "Purpose", "App", "OffUntil", "Note", "Reason", "How", "Setting", "Per", "NoRule":
				if v.Field(i).Kind() == reflect.String {
					v.Field(i).SetString(next())
				}
			case "Unknown":
				for a := range v.Field(i).Interface().(model.Unknown) {
					v.Field(i).SetMapIndex(reflect.ValueOf(a), reflect.ValueOf(next()))
				}
			case "Provided":
				for j := range v.Field(i).Len() {
					v.Field(i).Index(j).SetString(next())
				}
			case "Processes":
				for _, list := range v.Field(i).Interface().(map[string][]string) {
					for j := range list {
						list[j] = next()
					}
				}
			default:
				fill(v.Field(i), next)
			}
		}
	}
}

// TestHostile passes hostile text to Ansible and, through the example playbook, to firewall
// modules. It must arrive as text. TestLint passes it to the linters.
func TestHostile(t *testing.T) {
	t.Parallel()
	pwned := filepath.Join(t.TempDir(), "pwned")
	p := hostileProduct(pwned)
	files, _ := Generate(&model.Catalog{Products: []*model.Product{p}})
	for _, f := range files {
		if strings.HasSuffix(f.Path, ".sh") {
			continue // it has no text of a spec, and is indented with tabs
		}
		for _, r := range string(f.Data) {
			if r != '\n' && r != ' ' && gen.Visible(string(r)) != string(r) {
				t.Errorf("%s contains %U", f.Path, r)
			}
		}
	}
	compareVars(t, p, dump(t, folder(t, files), p)["demo"])

	h := backendHost("windows")
	h["demo_runs"] = []string{"server"}
	records := play(t, append(withRecorders(t, files), inventoryOf(map[string]map[string]host{"demo": {"a": h}})), "-i", "inventory.json", "examples/demo.yml")
	checkArguments(t, records)
	// The firewall gets ids, not texts.
	described := ""
	for _, r := range records {
		if r.Host == "a" && r.Args["name"] == "portspec/demo in tcp 8443" {
			described = r.Args["description"].(string)
		}
	}
	if !strings.HasPrefix(described, "portspec/demo: demo/all, demo/text-aa, demo/text-ab, ") {
		t.Errorf("the rule is described as %q", described)
	}
	if _, err := os.Stat(pwned); err == nil {
		t.Error("hostile text was executed")
	}
}

// TestHostileReason makes the playbook fail with a hostile text in its message.
func TestHostileReason(t *testing.T) {
	t.Parallel()
	pwned := filepath.Join(t.TempDir(), "pwned")
	p := hostileProduct(pwned)
	p.Rules[1].Reason = "{{ lookup('pipe', 'touch " + pwned + "') }} is the reason"
	files, _ := Generate(&model.Catalog{Products: []*model.Product{p}})
	h := backendHost("ufw")
	h["demo_runs"] = []string{"server", "client"}
	dir := folder(t, append(files, inventoryOf(map[string]map[string]host{"demo": {"a": h}})))
	out, err := readers.TryAnsible(t, dir, "ansible-playbook", "-c", "local", "-e", atOnce, "-i", "inventory.json", "examples/demo.yml")
	if err == nil || !strings.Contains(out, "server and client cannot share a host. {{ lookup(") {
		t.Errorf("%v\n%s", err, out)
	}
	if _, err := os.Stat(pwned); err == nil {
		t.Error("the reason was executed")
	}
}

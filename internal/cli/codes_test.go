package cli

import (
	"cmp"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/project"
	"github.com/portspec/portspec/internal/targets"
)

// example is a spec that contains the correct version of each code's example.
const example = `package tool

import "github.com/portspec/portspec/schema"
import "github.com/portspec/portspec/specs/services"

product: schema.#Product & {
	id: "tool", name: "Tool", vendor: "Example", version: "1", description: "A tool."
	sources: page: {title: "Ports", tables: ports: {title: "Ports", rows: {"1": "TCP 7443", "2": "389"}}}
	features: fast: {name: "Fast", description: "Quicker."}
	components: {
		agent: {name: "Agent"}
		printer: {name: "Printer"}
		server: {name: "Server", listeners: {
			api: {purpose: "Measurements", transports: ["tcp"], port: 7443}
			bulk: {purpose: "Bulk", transports: ["tcp"], ports: [7443, 7444], when: fast: ["on"], bind: "loopback"}
		}}
		directory: {name: "Directory", service: services.services["active-directory"]}
		directory: listeners: ldap: port: 389
	}
	flows: {
		report: {from: ["agent"], to: server: ["api"], cite: ["tool/ports/1"], purpose: "Agents report"}
		login: {from: ["server"], to: directory: ["ldap"], transports: ["tcp"], purpose: "Look up users", cite: ["tool/ports/2"]}
		bulk: {from: ["agent"], to: server: ["bulk"], scope: "same-host", when: fast: ["on"], cite: ["tool/ports/1"], purpose: "Bulk"}
	}
	rules: shared: {together: ["agent", "server"], reason: "Tried.", move: server: api: 7444, cite: ["tool/ports/1"]}
	suppress: later: {code: "PS3005", at: "components.printer", reason: "Its flows come with the next release.", until: "2999-12-31"}
	errata: vague: {kind: "silent", says: "Nothing.", encoded: "A guess.", why: "It works.", flows: ["report"], cite: ["tool/ports/1"]}
}
`

// exampleSite is a site that contains the correct version of the example of each code about
// sites.
const exampleSite = `site: acme
products:
  igel-ums:
    release: "12.04"
    features: {database: postgresql, high-availability: true, network-registration: false}
    ports: {ums-server: {web: 9443}}
    without: [os11-device, os12-device, ums-console, ums-web-app, postgresql]
  shopping:
    without: [admin-console, receiver, central-service, website, browser]
    ports: {client: {loopback: 8001}}
services:
  active-directory: {addresses: [10.1.0.5]}
zones:
  dmz: {networks: [192.0.2.0/24]}
hosts:
  ums1: {os: windows, addresses: [10.1.0.11], runs: [igel-ums/ums-server, igel-ums/ha-load-balancer]}
  gate: {os: linux, addresses: [192.0.2.1], zone: dmz, runs: []}
  desktops: {os: windows, addresses: [10.20.0.0/16], count: 5000, runs: [shopping/client]}
`

// TestExplanations replaces the correct version of each code's example by the wrong one, and
// looks for the code among the findings.
func TestExplanations(t *testing.T) {
	dir := newWorkspace(t)
	t.Chdir(dir)
	codes := func(file, text string, args ...string) []diag.Code {
		write(t, dir, file, text)
		out, errs := portspec(append(args, "--format", "json", "--level", "info")...)
		var doc struct{ Findings diag.List }
		if err := json.Unmarshal([]byte(out), &doc); err != nil {
			t.Fatal(err, errs)
		}
		var all []diag.Code
		for _, f := range doc.Findings {
			all = append(all, f.Code)
		}
		return all
	}
	spec := func(text string) []diag.Code { return codes("tool.cue", text, "vet") }
	site := func(text string) []diag.Code {
		write(t, dir, "tool.cue", example)
		return codes("acme.yaml", text, "resolve", "--site", "acme.yaml")
	}
	if got := spec(example); len(got) > 0 {
		t.Fatalf("the example itself: %v", got)
	}
	before := site(exampleSite)
	for _, c := range diag.Codes {
		text, judge := example, spec
		switch right := c.Right; {
		case c.Wrong == "" || c.Language() == "go": // TestGoExplanations
			continue
		case strings.Contains(exampleSite, right) && !strings.Contains(example, right):
			text, judge = exampleSite, site
			if slices.Contains(before, c.Code) {
				t.Errorf("the example site itself: %s", c.Code)
			}
		case strings.Count(example, right) == 0:
			t.Errorf("%s: %q is in neither example", c.Code, right)
			continue
		}
		if got := judge(strings.Replace(text, c.Right, c.Wrong, 1)); !slices.Contains(got, c.Code) {
			t.Errorf("%s: %q causes %v", c.Code, c.Wrong, got)
		}
	}
}

// TestExampleFiles adds each code's files to the example, and looks for the code among the
// findings. Each code has files or two versions of an example.
func TestExampleFiles(t *testing.T) {
	for _, c := range diag.Codes {
		if (c.Wrong == "") == (c.Files == "") || (c.Wrong == "") != (c.Right == "") {
			t.Errorf("%s needs either a wrong and a correct version, or files", c.Code)
		}
		if c.Files == "" {
			continue
		}
		t.Run(string(c.Code), func(t *testing.T) {
			dir := newWorkspace(t)
			t.Chdir(dir)
			write(t, dir, "tool.cue", example)
			archive := txtar.Parse([]byte(c.Files))
			if len(archive.Comment) > 0 || len(archive.Files) == 0 {
				t.Fatalf("not an archive of files:\n%s", c.Files)
			}
			own := make(map[string]bool)
			for _, f := range archive.Files {
				name, target, link := strings.Cut(f.Name, " -> ")
				own[name] = true
				noError(t, os.MkdirAll(filepath.Dir(name), 0o777))
				if link {
					noError(t, os.Symlink(target, name))
				} else {
					write(t, dir, name, string(f.Data))
				}
			}
			found := foundBy(t, strings.Fields(c.Run()))
			if !slices.ContainsFunc(found, func(f diag.Finding) bool { return f.Code == c.Code && own[f.Position.File] }) {
				t.Errorf("%s reports %v", c.Run(), found)
			}
		})
	}
}

// foundBy returns the findings of a command. generate does not print findings of targets that
// are only infos, so these are taken from the targets.
func foundBy(t *testing.T, args []string) diag.List {
	t.Helper()
	if args[0] != "generate" {
		out, errs := portspec(append(args, "--format", "json")...)
		var doc struct{ Findings diag.List }
		if err := json.Unmarshal([]byte(out), &doc); err != nil {
			t.Fatal(err, errs)
		}
		return doc.Findings
	}
	p := &project.Project{NoCache: true}
	if len(args) == 4 && args[2] == "--site" {
		p.Site = args[3]
	}
	result, err := p.Load(t.Context())
	noError(t, err)
	if result.Findings.HasErrors() {
		t.Fatal(result.Findings)
	}
	sites, _, err := p.Deployments(result)
	noError(t, err)
	chosen, err := targets.Choose(args[1:2])
	noError(t, err)
	job := &targets.Job{Target: chosen[0], Products: result.Catalog.Shelf(), Sites: sites}
	found, err := targets.Make([]*targets.Job{job}, p.Checks, func(*targets.Job, ...gen.File) error { return nil })
	noError(t, err)
	return found
}

// TestGoExplanations is like TestExplanations, for findings in Go code.
func TestGoExplanations(t *testing.T) {
	dir := newGoModule(t)
	for _, c := range diag.Codes {
		if c.Language() != "go" {
			continue
		}
		for _, test := range []struct {
			piece string
			found bool
		}{{c.Wrong, true}, {c.Right, false}} {
			text := "package app\n\nimport (\n"
			for name, path := range map[string]string{"net.": "net", "igelums.": "github.com/portspec/portspec/out/go/igelums"} {
				if strings.Contains(test.piece, name) {
					text += "\t\"" + path + "\"\n"
				}
			}
			write(t, dir, "app.go", text+")\n\n"+test.piece+"\n")
			out, _ := portspec("lint-go", "./...")
			if strings.Contains(out, string(c.Code)) != test.found {
				t.Errorf("%s: %s\n%s", c.Code, test.piece, out)
			}
		}
	}
}

// TestCodes compares the codes in the sources with the explained ones: each is a constant of
// diag, and is not written as a literal.
func TestCodes(t *testing.T) {
	sources := goSources(t, "../..")
	constants := make(map[string]diag.Code)
	for name, text := range sources {
		if !strings.HasPrefix(name, "internal/diag/") {
			continue
		}
		for _, m := range regexp.MustCompile(`(?m)^\t(\w+) +Code = "(PS[0-9]{4})"$`).FindAllStringSubmatch(text, -1) {
			constants[m[1]] = diag.Code(m[2])
		}
	}
	used := make(map[diag.Code]bool)
	for name, text := range sources {
		if strings.HasPrefix(name, "internal/diag/") {
			continue
		}
		if m := regexp.MustCompile(`"PS[0-9]{4}"`).FindString(text); m != "" {
			t.Errorf("%s uses %s instead of the constant", name, m)
		}
		for _, m := range regexp.MustCompile(`\bdiag\.(\w+)`).FindAllStringSubmatch(text, -1) {
			used[constants[m[1]]] = true
		}
	}
	for name, code := range constants {
		if _, ok := diag.Lookup(code); !ok {
			t.Errorf("%s, %s, is not explained", name, code)
		}
	}
	if len(constants) != len(diag.Codes) {
		t.Errorf("%d constants, but %d codes are explained", len(constants), len(diag.Codes))
	}
	for _, c := range diag.Codes {
		if !used[c.Code] {
			t.Errorf("%s is explained, but never reported", c.Code)
		}
	}
	if !slices.IsSortedFunc(diag.Codes, func(a, b diag.Explanation) int { return cmp.Compare(a.Code, b.Code) }) {
		t.Error("the codes are not sorted")
	}
}

// goSources returns the Go files of a repository, except for tests. It does not go through what
// make readers installs, which is far more.
func goSources(t *testing.T, root string) map[string]string {
	t.Helper()
	sources := make(map[string]string)
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == "node_modules":
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		text, err := os.ReadFile(filepath.Join(root, name))
		sources[name] = string(text)
		return err
	})
	noError(t, err)
	return sources
}

package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestReadme runs the examples of the README and compares their output.
func TestReadme(t *testing.T) {
	blocks := fences(t, "../../README.md")
	spec := blocks["cue"][0]
	dir := newWorkspace(t)
	write(t, dir, "beacon.cue", spec)
	t.Chdir(dir)
	if got, status := portspec("vet"); status != statusFine {
		t.Fatalf("the README's spec: %s", got)
	}

	portspec("generate", "go")
	constants, err := os.ReadFile("out/go/beacon/constants.go")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(constants), blocks["go"][0]) {
		t.Errorf("the README's output is not in\n%s", constants)
	}

	spec = replace(t, spec, `to: server:`, `to: servr:`)
	spec = replace(t, spec, `["active-directory"]}`, `["active-directory"], listeners: ldap: port: 390}`)
	write(t, dir, "beacon.cue", spec)
	got, status := portspec("vet")
	if want := blocks["text"][0]; status != statusFindings || got != want {
		t.Errorf("status %d, findings:\n%swant:\n%s", status, got, want)
	}

	t.Chdir(t.TempDir())
	write(t, ".", "portspec.yaml", blocks["yaml"][0])
	if got, status := portspec("generate"); status != statusFine || !strings.Contains(got, "app/ports_gen.go\n") {
		t.Errorf("the README's configuration: status %d, %s", status, got)
	}

	t.Chdir(t.TempDir())
	write(t, ".", "acme.yaml", blocks["yaml"][1])
	got, status = portspec("vet", "--site", "acme.yaml", "--level", "error")
	if want := blocks["text"][1]; status != statusFindings || got != want {
		t.Errorf("status %d, findings of the site:\n%swant:\n%s", status, got, want)
	}
}

// TestContributing makes the product in CONTRIBUTING.md.
func TestContributing(t *testing.T) {
	blocks := fences(t, "../../CONTRIBUTING.md")["cue"]
	dir := newWorkspace(t)
	write(t, dir, "product.cue", blocks[0])
	write(t, dir, "components.cue", blocks[1])
	t.Chdir(dir)
	if got, status := portspec("vet"); status != statusFine {
		t.Errorf("the recipe's product: %s", got)
	}
	if got, _ := portspec("coverage"); !strings.Contains(got, "1 of 1 rows") {
		t.Errorf("coverage of the recipe's product: %s", got)
	}
}

// TestReadmeCommands compares the README's table of commands with the program.
func TestReadmeCommands(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, cmd := range newRoot(nil, nil).Commands() {
		if name := cmd.Name(); name != "help" && !bytes.Contains(readme, []byte("`"+name)) && !bytes.Contains(readme, []byte("portspec "+name)) {
			t.Errorf("the README does not name portspec %s", name)
		}
	}
}

// TestOut checks that the committed outputs are up to date.
func TestOut(t *testing.T) {
	for _, args := range [][]string{{"generate", "--check"}, {"generate", "--check", "findings"}, {"generate", "--check", "aws", "firewalld", "iptables", "kubernetes", "nftables", "windows", "--allow-partial"}, {"generate", "--check", "asa", "capirca", "fortios", "panos", "--site", "../../specs/sites/campus", "--allow-partial"}} {
		if got, status := portspec(append(args, "-C", "../..")...); status != statusFine {
			t.Errorf("portspec %s:\n%srun make", strings.Join(args, " "), got)
		}
	}
}

func portspec(args ...string) (stdout string, status int) {
	var out, err bytes.Buffer
	status = Main(args, &out, &err)
	return out.String(), status
}

func newWorkspace(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "cue.mod"), 0o777); err != nil {
		t.Fatal(err)
	}
	write(t, dir, "cue.mod/module.cue", "module: \"example.com/ports@v0\"\nlanguage: version: \"v0.17.0\"\n")
	return dir
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func replace(t *testing.T, text, old, new string) string {
	t.Helper()
	if strings.Count(text, old) != 1 {
		t.Fatalf("%q occurs %d times in\n%s", old, strings.Count(text, old), text)
	}
	return strings.Replace(text, old, new, 1)
}

var fence = regexp.MustCompile("(?ms)^( *)```([a-z]+)\n(.*?)^ *```$")

// fences returns the code blocks of a Markdown file by language.
func fences(t *testing.T, name string) map[string][]string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return fencesIn(string(data))
}

func fencesIn(markdown string) map[string][]string {
	blocks := make(map[string][]string)
	for _, m := range fence.FindAllStringSubmatch(markdown, -1) {
		text := regexp.MustCompile("(?m)^"+m[1]).ReplaceAllString(m[3], "")
		blocks[m[2]] = append(blocks[m[2]], text)
	}
	return blocks
}

package cli

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/portspec/portspec/internal/readers"
	"github.com/portspec/portspec/internal/screen"
)

// evil is a text that controls terminals, runs workflow commands, mentions people, and is a
// formula for spreadsheets.
const evil = "=cmd|x \x1b[31m\x1b]8;;http://x.y\a\u009b1m\u202e\u200b\u00ad\U000e0041\u2028 @octocat #1 gh-2 " +
	"0123456789abcdef0123456789abcdef01234567 <img src=x> ##[group]x ;＝1\r\n::add-mask::x\n \t::stop-commands::y\n##vso[z]"

// evilName is a similar text, as a name of files and folders.
const evilName = "a\x1b[31m\u202e##[x]\n::add-mask::x"

// evilFiles returns a workspace with such text in all possible places.
func evilFiles() map[string]string {
	text := quoted(evil)
	product := `package beacon

import "github.com/portspec/portspec/schema"

product: schema.#Product & {
	id: "beacon", name: EVIL, vendor: EVIL, version: "2.1", description: EVIL
	sources: guide: {title: EVIL, tables: ports: {title: EVIL, rows: {"1": EVIL, "2": "TCP 1"}}}
	features: fancy: {name: EVIL, description: EVIL}
	components: {
		agent: name: EVIL
		idle: name: "Idle" // ` + "\x1b[31m\u202e ##[x]" + `
		server: {name: EVIL, listeners: api: {
			purpose: EVIL, note: EVIL, transports: ["tcp"], port: 7443, configurable: how: EVIL, cite: ["beacon/ports/1"]
		}}
	}
	flows: report: {from: ["agent"], to: server: ["api"], purpose: EVIL, note: EVIL, when: fancy: true, cite: ["beacon/ports/1"]}
	errata: wrong: {says: EVIL, encodes: EVIL, reason: EVIL, cite: ["beacon/ports/1"]}
}
`
	site := `package acme

import (
	"github.com/portspec/portspec/schema"
	"example.com/specs/beacon"
)

site: schema.#Site & {
	site: "acme", name: EVIL, description: EVIL
	catalog: products: beacon: beacon.product
	products: beacon: features: fancy: true
	hosts: {
		one: {name: EVIL, os: "linux", addresses: ["10.1.0.1"], runs: ["beacon/server"]}
		two: {name: EVIL, os: "linux", addresses: ["10.1.0.2"], runs: ["beacon/agent"]}
	}
}
`
	return map[string]string{
		"cue.mod/module.cue":            "module: \"example.com/specs@v0\"\nlanguage: version: \"v0.17.0\"\n",
		"beacon/beacon.cue":             strings.ReplaceAll(product, "EVIL", text),
		"acme/site.cue":                 strings.ReplaceAll(site, "EVIL", text),
		"beacon/" + evilName + ".cue":   "package beacon\n\n  _x:   1 // \x1b[31m\u202e\n",
		"go.mod":                        "module example.com/m\n\ngo 1.24\n",
		"main.go":                       "package main\n\nimport \"net\"\n\n// " + "\x1b[31m ##[x]" + "\nfunc main() { net.Dial(\"tcp\", \"beacon:7443\") /* \x1b[31m ##[x] */ }\n",
		"gone/" + evilName + "/gone.go": "package gone\n\nimport \"example.com/\u202enowhere\"\n\n//line \x1b[31m::x:1\nvar x = y\n",
	}
}

// quoted returns a text for CUE and YAML, which both accept JSON strings.
func quoted(text string) string {
	data, err := json.Marshal(text)
	if err != nil {
		panic(err) // texts can always be encoded
	}
	return string(data)
}

func writeAll(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// TestScreen runs every command and format on a workspace with evil texts and names, without and
// with errors, and with evil arguments. The output must not control terminals, run commands,
// mention people or be a formula, and formats for programs must be valid.
func TestScreen(t *testing.T) {
	dir := filepath.Join(t.TempDir(), evilName)
	writeAll(t, dir, evilFiles())
	t.Chdir(dir)
	t.Setenv("PORTSPEC_CACHE", t.TempDir())
	t.Setenv("GOFLAGS", os.Getenv("GOFLAGS")+" -mod=mod")
	t.Setenv("GOCACHE", goCache())
	git := func(args ...string) {
		t.Helper()
		if out, err := exec.Command(readers.Path(t, "git"), append([]string{"-c", "user.name=\x1b[31m", "-c", "user.email=a@b.c"}, args...)...).CombinedOutput(); err != nil {
			t.Fatalf("git %q: %v\n%s", args, err, out)
		}
	}
	git("init", "-q", "-b", "main")
	git("add", "-A")
	git("commit", "-q", "-m", "::add-mask::\x1b[31m ##[x]")
	git("branch", "\u202e##x")

	list := strings.Fields(`vet flows coverage export resolve,--site,acme explain,--site,acme,one:7443,--flow,report diff,main diff,\u202e##x
		review,--base,main generate,--check generate fmt,--check fmt,--diff lint-go version help completion,bash lint-go,--print-table`)
	printed, sound := 0, true
	run := func(args ...string) {
		t.Helper()
		var out, log bytes.Buffer
		if status := Main(args, &out, &log); sound && status == statusFailed {
			t.Errorf("%q: %s", args, log.String())
		}
		if out.Len()+log.Len() == 0 {
			t.Errorf("%q printed nothing", args)
		}
		printed += out.Len() + log.Len()
		checkPrinted(t, args, out.String())
		checkPrinted(t, args, log.String())
	}
	all := func(list []string) {
		for _, line := range list {
			args := strings.Split(strings.ReplaceAll(line, `\u202e`, "\u202e"), ",")
			formats := map[string][]string{
				"vet": findingFormats(), "flows": {"table", "json", "csv", "markdown"}, "coverage": {"table", "json"},
				"resolve": {"table", "json", "csv"}, "diff": {"text", "json", "markdown"}, "review": {"markdown", "json"}, "lint-go": findingFormats(),
			}[args[0]]
			if formats == nil || len(args) > 1 && args[1] == "--print-table" {
				run(args...)
			}
			for _, format := range formats {
				if more := append(args[:len(args):len(args)], "--format", format); args[0] == "vet" {
					run(append(more, "--level", "info")...)
				} else {
					run(more...)
				}
			}
		}
	}
	t.Setenv("CLICOLOR_FORCE", "")
	all(list)
	// Changes are evil as well: texts, a generated file, a port.
	changed := evilFiles()
	changed["beacon/beacon.cue"] = strings.NewReplacer("@octocat", "@hubot", "7443", "7444", "idle:", "lazy:").Replace(changed["beacon/beacon.cue"])
	changed["out/markdown/"+evilName] = evil
	writeAll(t, dir, changed)
	all([]string{"vet", "resolve,--site,acme", "diff,main", "review,--base,main", "generate,--check", "generate", "fmt,--diff"})
	sound = false
	// Errors: invalid references and values, and files that do not parse.
	for i, edit := range [][2]string{
		{`from: ["agent"]`, `from: [` + quoted(evil) + `]`},
		{`port: 7443`, `port: ` + quoted(evil)},
		{`id: "beacon"`, "id: " + quoted(evil)},
		{`flows: report`, "flows: " + quoted(evil)},
		{`import "github`, "import \"\x1b[31m\u202e/x\"\nimport \"github"},
		{"errata", "\x1b[31m::\u202e errata"},
	} {
		broken := evilFiles()
		text := broken["beacon/beacon.cue"]
		if broken["beacon/beacon.cue"] = strings.Replace(text, edit[0], edit[1], 1); broken["beacon/beacon.cue"] == text {
			t.Fatalf("no %s", edit[0])
		}
		writeAll(t, dir, broken)
		run("vet")
		run("vet", "--format", findingFormats()[1+i%5])
		run("diff", "main")
		run("review", "--base", "main", "--no-outputs")
		run("fmt", "--check")
	}
	writeAll(t, dir, evilFiles())
	for _, line := range []string{
		"EVIL", "--EVIL", "-C,EVIL,vet", "--config,EVIL,vet", "--timeout,EVIL,vet", "vet,EVIL", "vet,--format,EVIL", "vet,--site,EVIL", "vet,--source-age,EVILy",
		"flows,--product,EVIL", "flows,--port,EVIL", "flows,--feature,EVIL", "flows,--from,EVIL", "export,--product,EVIL", "export,--schema=EVIL",
		"explain,EVIL", "explain,--site,acme,EVIL:1", "explain,--site,acme,--flow,EVIL", "resolve,--site,acme,--host,EVIL", "reach,--site,acme,--to,EVIL",
		"audit,--site,acme,--host,EVIL,x", "audit,--site,acme,--host,s1,EVIL", "audit,--site,acme,--host,s1,--kind,EVIL,x", "diff,EVIL", "diff,EVIL,EVIL:x",
		"diff,main...EVIL", "review,--base,EVIL", "generate,EVIL", "generate,--product,EVIL", "generate,--out,main.go/EVIL", "fmt,EVIL", "init,main.go/EVIL",
		"init,--module,EVIL", "lint-go,EVIL", "lint-go,--table,EVIL", "completion,EVIL", "help,EVIL", "version,EVIL",
	} {
		args := strings.Split(line, ",")
		for i := range args {
			args[i] = strings.ReplaceAll(args[i], "EVIL", evilName)
		}
		run(args...)
	}
	for _, config := range []string{"outputs: [", "? " + quoted(evil) + ": 1", "specs: " + quoted(evil), "sites: [" + quoted(evil) + "]"} {
		writeAll(t, dir, map[string]string{"portspec.yaml": config + "\n"})
		run("vet")
		run("generate", "--check")
		run("vet", "--format", "github")
	}
	if printed < 100_000 {
		t.Errorf("only %d bytes were printed: the commands did not work", printed)
	}
}

var (
	runnerCommand = regexp.MustCompile(`##[A-Za-z]*\[`)
	annotation    = regexp.MustCompile(`^::(error|warning|notice) `)
	reference     = regexp.MustCompile(`@octocat|@hubot|#1\b|(?i)\bgh-2|[0-9a-f]{40}|<img|https?://x`)
)

// checkPrinted reports output that must not be printed.
func checkPrinted(t *testing.T, args []string, text string) {
	t.Helper()
	if !utf8.ValidString(text) {
		t.Errorf("%q: not UTF-8", args)
	}
	format := ""
	if i := slices.Index(args, "--format"); i >= 0 {
		format = args[i+1]
	}
	for line := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(strings.TrimLeftFunc(line, unicode.IsSpace), "::") && !(format == "github" && annotation.MatchString(line)) || runnerCommand.MatchString(line) {
			t.Errorf("%q: %q is a command", args, line)
		}
		for _, r := range line {
			if r != '\t' && screen.Hidden(r) {
				t.Errorf("%q: %U in %q", args, r, line)
				return
			}
		}
	}
	var err error
	switch isResult := text != "" && !strings.HasPrefix(text, "portspec: "); {
	case !isResult:
	case format == "markdown" && strings.ContainsAny(text[:1], "#|") && reference.MatchString(text):
		t.Errorf("%q: refers by %s", args, reference.FindString(text))
	case (format == "json" || format == "sarif" || format == "gitlab") && strings.ContainsAny(text[:1], "{["):
		var v any
		err = json.Unmarshal([]byte(text), &v)
	case format == "junit" && text[0] == '<':
		for d := xml.NewDecoder(strings.NewReader(text)); err == nil; {
			_, err = d.Token()
		}
		if err == io.EOF {
			err = nil
		}
	case format == "csv" && strings.Contains(text, ",transport,"):
		var rows [][]string
		rows, err = csv.NewReader(strings.NewReader(text)).ReadAll()
		for _, row := range rows {
			for _, cell := range row {
				if strings.IndexAny(cell, "=+-@＝") == 0 || strings.ContainsAny(cell, "\n\r\t") || strings.Contains(cell, ";＝") {
					t.Errorf("%q: cell %q", args, cell)
				}
			}
		}
	}
	if err != nil {
		t.Errorf("%q: %v", args, err)
	}
}

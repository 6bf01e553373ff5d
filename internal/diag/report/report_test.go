package report_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/diag/report"
	"github.com/portspec/portspec/internal/readers"
)

// hostile contains the syntax of every format, and characters that none may contain.
const hostile = "a, b: 100% ::error::x\r\n##[error]y ]]> <b>&amp; \x00\x1b[31m \u202e \xff %0A \"q\""

const file = "a b/é#%?:,::.cue"

// found returns a finding of each severity, one of them suppressed, on a line that begins with
// characters of one, two, three and four bytes.
func found() report.Report {
	line := "\té€𝄞\xffname: 1"
	at := diag.Position{File: file, Line: 2, Column: 12, EndColumn: 16}
	all := diag.List{
		{Code: "PS1001", Severity: diag.Error, Message: hostile},
		{Code: "PS3003", Severity: diag.Warning, Position: at, Path: "product.a", Message: hostile, Hint: hostile, Related: []diag.Related{
			{Position: diag.Position{File: "bin/x.cue", Line: 1, Column: 1}, Message: hostile},
		}},
		{Code: "PS3003", Severity: diag.Warning, Position: at, Path: "product.a", Message: hostile, Hint: hostile},
		{Code: "PS3009", Severity: diag.Info, Position: at, Path: "product.b", Message: "m"},
		{
			Code: "PS3005", Severity: diag.Warning, Position: at, Path: "product.c", Message: "m",
			Suppressed: &diag.Suppressed{Position: at, ID: "x", Reason: hostile},
		},
	}
	return report.Report{
		Findings: all, Files: fstest.MapFS{file: {Data: []byte("package a\n" + line + "\n")}}, Version: "1.0.0",
		Place: func(name string) report.Place {
			return report.Place{Path: name, Binary: strings.HasPrefix(name, "bin/")}
		},
	}
}

// write writes a report to a file.
func write(t *testing.T, format string, r report.Report) (name string, data []byte) {
	t.Helper()
	i := slices.IndexFunc(report.Formats, func(f report.Format) bool { return f.Name == format })
	var b bytes.Buffer
	if err := report.Formats[i].Write(&b, r); err != nil {
		t.Fatal(err)
	}
	name = filepath.Join(t.TempDir(), "report."+format)
	if err := os.WriteFile(name, b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	return name, b.Bytes()
}

func decode[T any](t *testing.T, text string) (v T) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return v
}

func empty() report.Report { return report.Report{Place: found().Place, Version: "1.0.0"} }

func TestGitHub(t *testing.T) {
	type command struct {
		Name, Message string
		Properties    map[string]string
	}
	name, _ := write(t, "github", found())
	all := decode[[]command](t, readers.Node(t, ".", "github-read.mjs", name))
	if len(all) != 4 {
		t.Fatalf("%d commands, want one for each unsuppressed finding", len(all))
	}
	for i, want := range []string{"error", "warning", "warning", "notice"} {
		if all[i].Name != want {
			t.Errorf("command %d is %s, want %s", i, all[i].Name, want)
		}
	}
	// A tab, three characters, one of which takes two UTF-16 units, and an invalid byte.
	for key, want := range map[string]string{"file": file, "line": "2", "col": "7", "endColumn": "10", "title": "PS3003"} {
		if got := all[1].Properties[key]; got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	// GitHub ignores columns of ranges over several lines, and shows ten annotations of a
	// kind.
	many := found()
	many.Findings = nil
	for i := range 25 {
		many.Findings = append(many.Findings, diag.Finding{
			Code: "PS3003", Severity: diag.Warning, Message: hostile, Path: diag.PathOf("product", fmt.Sprint(i)),
			Position: diag.Position{File: file, Line: 1, Column: 1 + i%3, EndLine: 2, EndColumn: 3},
		})
	}
	name, _ = write(t, "github", many)
	all = decode[[]command](t, readers.Node(t, ".", "github-read.mjs", name))
	if len(all) != 10 {
		t.Fatalf("%d commands of the same kind", len(all))
	}
	if p := all[0].Properties; p["line"] != "1" || p["endLine"] != "2" || p["col"] != "" {
		t.Errorf("several lines: %v", p)
	}
	if rest := all[9]; strings.Count(rest.Message, "\n") != 16 || !strings.HasPrefix(rest.Message, "16 more") || rest.Name != "warning" {
		t.Errorf("the rest: %+v", rest)
	}
	if _, data := write(t, "github", empty()); len(data) > 0 {
		t.Errorf("without findings: %q", data)
	}
}

func TestGitLab(t *testing.T) {
	type issue struct {
		Type        string `json:"type"`
		Categories  []string
		Description string `json:"description"`
		CheckName   string `json:"check_name"`
		Fingerprint string `json:"fingerprint"`
		Severity    string `json:"severity"`
		Location    struct {
			Path  string `json:"path"`
			Lines struct{ Begin, End int }
		} `json:"location"`
	}
	_, data := write(t, "gitlab", found())
	all := decode[[]issue](t, string(data))
	seen := make(map[string]bool)
	for _, x := range all {
		if x.Type != "issue" || len(x.Categories) != 1 || strings.ContainsAny(x.Description, "\r\n") || x.Description == "" || x.CheckName == "" || seen[x.Fingerprint] || len(x.Fingerprint) != 32 || x.Location.Path == "" || x.Location.Lines.Begin < 1 ||
			!slices.Contains([]string{"info", "minor", "major", "critical", "blocker"}, x.Severity) {
			t.Errorf("invalid GitLab issue: %+v", x)
		}
		seen[x.Fingerprint] = true
	}
	if len(all) != 4 || all[1].Location.Path != file {
		t.Errorf("issues: %+v", all)
	}
	wide := found()
	wide.Findings[1].Position = diag.Position{File: file, Line: 1, Column: 1, EndLine: 2, EndColumn: 2}
	_, data = write(t, "gitlab", wide)
	if lines := decode[[]issue](t, string(data))[1].Location.Lines; lines.Begin != 1 || lines.End != 2 {
		t.Errorf("several lines: %+v", lines)
	}
	moved := found()
	for i := range moved.Findings {
		moved.Findings[i].Position.Line++
	}
	_, data = write(t, "gitlab", moved)
	for i, x := range decode[[]issue](t, string(data)) {
		if x.Fingerprint != all[i].Fingerprint {
			t.Errorf("%s has another fingerprint on another line", x.CheckName)
		}
	}
	if _, data := write(t, "gitlab", empty()); string(data) != "[]\n" {
		t.Errorf("without findings: %q", data)
	}
}

func TestJUnit(t *testing.T) {
	type suites struct {
		Tests, Failures, Skipped int
		Testsuite                []struct {
			Testcase []struct {
				Name, Classname string
				Failure         []struct{ Message, Type, Inner string }
				Skipped         []any
			}
		}
	}
	name, _ := write(t, "junit", found())
	readers.Run(t, ".", "xmllint", "--noout", name)
	all := decode[suites](t, readers.Node(t, ".", "junit-read.mjs", name))
	if all.Tests != 5 || all.Failures != 3 || all.Skipped != 1 {
		t.Errorf("%d tests, %d failed, %d skipped", all.Tests, all.Failures, all.Skipped)
	}
	names := make(map[string]bool)
	for _, c := range all.Testsuite[0].Testcase {
		if key := c.Classname + " " + c.Name; names[key] {
			t.Errorf("two tests named %s", key)
		} else {
			names[key] = true
		}
	}
	name, _ = write(t, "junit", empty())
	if all := decode[suites](t, readers.Node(t, ".", "junit-read.mjs", name)); all.Tests != 1 || all.Failures != 0 {
		t.Errorf("without findings: %+v", all)
	}
}

func TestSARIF(t *testing.T) {
	pkg := filepath.Join(readers.Dir(), "node_modules", "@microsoft", "sarif-multitool-linux")
	schema, err := jsonschema.NewCompiler().Compile(filepath.Join(pkg, "sarif-2.1.0.json"))
	if err != nil {
		t.Fatal(err)
	}
	// Otherwise .NET needs libraries for languages.
	t.Setenv("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1")
	wide := found()
	wide.Findings[1].Position = diag.Position{File: file, Line: 1, Column: 1, EndLine: 2, EndColumn: 2}
	for _, r := range []report.Report{found(), wide, empty()} {
		name, data := write(t, "sarif", r)
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(doc); err != nil {
			t.Error(err)
		}
		out := readers.Run(t, ".", filepath.Join(pkg, "Sarif.Multitool"), "validate", name, "--rule-kind", "Sarif;Ghas")
		if !strings.Contains(out, "Analysis completed successfully") || strings.Contains(out, "error ") || strings.Contains(out, "warning ") {
			t.Error(out)
		}
	}
	_, data := write(t, "sarif", wide)
	if !regexp.MustCompile(`"startLine": 1,\s*"startColumn": 1,\s*"endLine": 2,\s*"endColumn": 2\b`).Match(data) {
		t.Errorf("several lines:\n%s", data)
	}
	_, data = write(t, "sarif", found())
	for _, want := range []string{
		`"uri": "a%20b/%C3%A9%23%25%3F:,::.cue"`, `"startColumn": 7`, `"endColumn": 11`, `"kind": "inSource"`, `"uriBaseId": "PORTSPEC"`,
	} {
		if !strings.Contains(string(data), want) {
			t.Errorf("%s is not in\n%s", want, data)
		}
	}
}

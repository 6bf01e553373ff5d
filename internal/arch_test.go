// Package internal_test enforces the architecture: imports point in one direction.
package internal_test

import (
	"encoding/json"
	"go/ast"
	"go/token"
	"os"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/portspec/portspec"

// layers lists the packages bottom up. A package imports only packages of lower layers, so
// siblings do not import each other.
var layers = [][]string{
	{"internal/screen", "internal/spool", "internal/status"},
	{"internal/cache", "internal/cut", "internal/diag", "internal/english", "internal/git", "internal/parallel", "internal/pattern", "schema", "specs"},
	{"internal/diag/report", "internal/limit", "internal/model", "internal/serve"},
	{"internal/policy", "internal/source"},
	{"internal/workspace"},
	{"internal/load/eval"},
	{"internal/load/checks", "internal/load/decode", "internal/load/explain", "internal/load/partial", "internal/load/scan", "internal/load/store"},
	{"internal/load/judge"},
	{"gen", "gen/golang/sitetables", "gen/golang/tables", "gen/lintgo", "internal/diff", "internal/load", "internal/check", "internal/format", "internal/resolve", "internal/watch"},
	{"internal/evidence"},
	{"internal/audit"},
	{"gen/between", "gen/describe", "gen/markdown/inline", "gen/matrix", "gen/sheet"},
	{"gen/hostrules", "gen/request"},
	{"gen/ansible", "gen/asa", "gen/aws", "gen/capirca", "gen/findings", "gen/firewalld", "gen/fortios", "gen/golang", "gen/iptables", "gen/kubernetes", "gen/lintgo/golangci", "gen/markdown", "gen/mermaid", "gen/nftables", "gen/panos", "gen/windows", "internal/reach"},
	{"gen/changes", "gen/rows", "internal/config", "internal/output", "internal/prove"},
	{"gen/html/explorer", "gen/review"},
	{"gen/html"},
	{"internal/gocode", "internal/project", "internal/targets"},
	{"internal/compare", "internal/rerun"},
	{"internal/cli"},
	{""}, // main
}

func TestImportsPointOneWay(t *testing.T) {
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "../...").Output()
	if err != nil {
		t.Fatal(err)
	}
	layerOf := func(path string) int {
		name := strings.TrimPrefix(strings.TrimPrefix(path, module), "/")
		return slices.IndexFunc(layers, func(l []string) bool { return slices.Contains(l, name) })
	}
	seen := 0
	for dec := json.NewDecoder(strings.NewReader(string(out))); dec.More(); {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		if outside(p.ImportPath) {
			continue
		}
		own := layerOf(p.ImportPath)
		if own < 0 {
			t.Errorf("%s is in no layer; add it to one that its imports allow", p.ImportPath)
			continue
		}
		seen++
		for _, imported := range p.Imports {
			if !strings.HasPrefix(imported, module) {
				continue
			}
			if at := layerOf(imported); at < 0 || at >= own {
				t.Errorf("%s imports %s, which is not in a lower layer", p.ImportPath, imported)
			}
		}
	}
	if want := len(slices.Concat(layers...)); seen != want {
		t.Errorf("%d packages, %d in the layers", seen, want)
	}
}

// only lists packages that few others may import, which layers alone do not express, and the
// packages, or the folders of packages, that may.
var only = map[string][]string{
	// One place evaluates CUE; others at most parse it.
	"cuelang.org/go/cue/cuecontext": {"internal/load/eval"},
	"cuelang.org/go/cue":            {"internal/load"},
	"cuelang.org/go/cue/build":      {"internal/load"},
	"cuelang.org/go/cue/load":       {"internal/load"},
	module + "/internal/load/eval":  {"internal/load"},
	// Generators see the model, not specs or files.
	module + "/internal/workspace": {"internal/load", "internal/config", "internal/project", "internal/compare", "internal/rerun", "internal/cli"},
	module + "/internal/load":      {"internal/config", "internal/project", "internal/compare", "internal/rerun", "internal/cli"},
	module + "/internal/resolve":   {"internal/project", "internal/targets", "internal/compare"},
	module + "/internal/check":     {"internal/project", "internal/targets", "internal/compare"},
	module + "/internal/output":    {"internal/gocode", "internal/targets", "internal/compare", "internal/cli"},
}

func TestOnlyFewImport(t *testing.T) {
	found := make(map[string]bool)
	sources(t, func(own string, fset *token.FileSet, f *ast.File) {
		if outside(module + "/" + path.Dir(own)) {
			return
		}
		for _, spec := range f.Imports {
			imported := strings.Trim(spec.Path.Value, `"`)
			allowed, limited := only[imported]
			if !limited {
				continue
			}
			found[imported] = true
			if !slices.ContainsFunc(allowed, func(dir string) bool { return strings.HasPrefix(own, dir+"/") }) {
				t.Errorf("%s imports %s, which only %s may", fset.Position(spec.Pos()), imported, strings.Join(allowed, ", "))
			}
		}
	})
	for imported := range only {
		if !found[imported] {
			t.Errorf("nothing imports %s; remove it from the list", imported)
		}
	}
}

// outside reports whether a package is not part of the program: generated code, which imports
// nothing, and packages for tests and benchmarks.
func outside(path string) bool {
	return strings.HasPrefix(path, module+"/out/") || strings.HasPrefix(path+"/", module+"/internal/bench/") ||
		path == module+"/internal/readers" || path == module+"/internal/sample" || path == module+"/internal/policy/policytest" || path == module+"/internal/prove/provetest" || path == module+"/gen/between/betweentest" || path == module+"/gen/markdown/inline/inlinetest" || path == module+"/internal/attack" || path == module+"/internal"
}

// step matches a row of the tables in ARCHITECTURE.md that follow a port and a finding: a
// package and one of its functions.
var step = regexp.MustCompile("(?m)^\\| `([a-z/]+)` \\| `([A-Za-z]+)` \\|")

// TestSteps checks that the functions in these tables exist.
func TestSteps(t *testing.T) {
	text, err := os.ReadFile("../ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	type function struct{ pkg, name string }
	all := make(map[function]bool)
	sources(t, func(own string, _ *token.FileSet, f *ast.File) {
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				all[function{path.Dir(own), fn.Name.Name}] = true
			}
		}
	})
	steps := step.FindAllStringSubmatch(string(text), -1)
	if len(steps) < 20 {
		t.Errorf("%d steps", len(steps))
	}
	for _, s := range steps {
		if !all[function{s[1], s[2]}] {
			t.Errorf("ARCHITECTURE.md: %s has no function %s", s[1], s[2])
		}
	}
}

// named matches paths and targets of make in documents; placeholders such as NAME are in capitals.
var named = regexp.MustCompile("`(?:((?:internal|gen|schema|specs|testdata|docs)/[^`\\s<>{}*…]+)|make ([a-z-]+))`")

// TestDocumentsNameWhatExists checks that the files, folders and targets of make that documents
// name exist.
func TestDocumentsNameWhatExists(t *testing.T) {
	makefile, err := os.ReadFile("../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	placeholder := regexp.MustCompile(`[A-Z]{2,}`)
	seen := 0
	for _, name := range documents(t) {
		if path.Base(name) == "CHANGELOG.md" {
			continue // it names what is gone
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range named.FindAllStringSubmatch(string(text), -1) {
			seen++
			switch file, target := m[1], m[2]; {
			case target != "" && !strings.Contains(string(makefile), "\n"+target+":"):
				t.Errorf("%s: there is no make %s", name, target)
			case file != "" && !placeholder.MatchString(file):
				if _, err := os.Stat("../" + file); err != nil {
					t.Errorf("%s: there is no %s", name, file)
				}
			}
		}
	}
	if seen < 100 {
		t.Errorf("%d names", seen)
	}
}

// TestPaths checks that only the type of data paths makes and parses them: other code does not
// convert strings to paths, or pass paths to functions of strings.
func TestPaths(t *testing.T) {
	seen := 0
	sources(t, func(own string, fset *token.FileSet, f *ast.File) {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				of, name := called(n)
				switch {
				case name == "PathOf" || name == "ParsePath":
					seen++
				case (of == "diag" || of == "model") && name == "Path":
					t.Errorf("%s converts a string to a path; use PathOf or ParsePath", fset.Position(n.Pos()))
				case of == "strings" && slices.ContainsFunc(n.Args, isPathText) && own != "internal/diag/path.go":
					t.Errorf("%s parses a path; use its methods", fset.Position(n.Pos()))
				}
			case *ast.KeyValueExpr:
				key, _ := n.Key.(*ast.Ident)
				if lit, ok := n.Value.(*ast.BasicLit); ok && key != nil && key.Name == "Path" && isDotted(lit.Value) {
					t.Errorf("%s writes a path as a string; use PathOf", fset.Position(n.Pos()))
				}
			}
			return true
		})
	})
	if seen < 20 {
		t.Errorf("%d paths are made", seen)
	}
}

// called returns the package or receiver of a called function, and its name.
func called(call *ast.CallExpr) (of, name string) {
	switch f := call.Fun.(type) {
	case *ast.SelectorExpr:
		x, _ := f.X.(*ast.Ident)
		if x != nil {
			of = x.Name
		}
		return of, f.Sel.Name
	case *ast.Ident:
		return "", f.Name
	}
	return "", ""
}

// isPathText reports whether an expression is string(x.Path).
func isPathText(e ast.Expr) bool {
	call, ok := e.(*ast.CallExpr)
	if !ok || len(call.Args) != 1 {
		return false
	}
	_, name := called(call)
	field, ok := call.Args[0].(*ast.SelectorExpr)
	return ok && name == "string" && field.Sel.Name == "Path"
}

// isDotted reports whether a literal is a data path of several parts, rather than a file name.
func isDotted(literal string) bool {
	text := strings.Trim(literal, `"`)
	return strings.Contains(text, ".") && !slices.Contains([]string{".yml", ".md", ".sh", ".service", ".ps1"}, path.Ext(text)) && !strings.Contains(text, "/") && !strings.HasPrefix(text, ".")
}

// goroutines lists the files that start goroutines themselves, with the reason. All others use
// [parallel], which passes panics to the caller.
var goroutines = map[string]string{
	"internal/parallel/parallel.go": "the pool itself",
	"internal/limit/limit.go":       "the command, which is guarded",
	"internal/watch/watch.go":       "the watch, which is guarded",
	"internal/output/lock.go":       "waits for another process",
	"internal/cli/cli.go":           "prints the last sentence, which may block",
	"internal/rerun/process.go":     "waits for a process, and for standard input",
	"internal/prove/rig_linux.go":   "has a thread in a network namespace, and listeners there",
}

func TestGoroutines(t *testing.T) {
	seen := make(map[string]bool)
	sources(t, func(own string, fset *token.FileSet, f *ast.File) {
		ast.Inspect(f, func(n ast.Node) bool {
			if !starts(n) {
				return true
			}
			seen[own] = true
			if goroutines[own] == "" {
				t.Errorf("%s starts a goroutine; use parallel.Do or parallel.Go", fset.Position(n.Pos()))
			}
			return true
		})
	})
	for name := range goroutines {
		if !seen[name] {
			t.Errorf("%s no longer starts a goroutine; remove it from the list", name)
		}
	}
}

// starts reports whether a statement or a call starts a goroutine: go, or the method Go of a
// group.
func starts(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.GoStmt:
		return true
	case *ast.CallExpr:
		f, ok := n.Fun.(*ast.SelectorExpr)
		if !ok || f.Sel.Name != "Go" {
			return false
		}
		of, ok := f.X.(*ast.Ident)
		return !ok || of.Name != "parallel"
	}
	return false
}

// largest is the maximum number of lines of a package without tests. That of the command line is
// lower, because it only parses flags and prints.
const largest, largestCommandLine = 5000, 4500

func TestPackagesAreSmall(t *testing.T) {
	lines := make(map[string]int)
	sources(t, func(own string, fset *token.FileSet, f *ast.File) {
		lines[path.Dir(own)] += fset.File(f.FileStart).LineCount()
	})
	for name, n := range lines {
		most := largest
		if name == "internal/cli" {
			most = largestCommandLine
		}
		if n > most {
			t.Errorf("%s has %d lines, more than %d; split it", name, n, most)
		}
	}
	if lines["internal/cli"] == 0 {
		t.Error("internal/cli was not counted")
	}
}

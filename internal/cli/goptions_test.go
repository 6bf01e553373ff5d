package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/readers"
)

// goChoices has the options of the target go with their values; nil leaves an option out. "file"
// is where the files go, not an option.
var goChoices = map[string][]any{
	"file":       {true, false},
	"package":    {nil, "ports", "main_ports"},
	"only":       {nil, "constants"},
	"components": {nil, []string{"icg"}, []string{"ums-server", "ums-console"}},
	"prefix":     {nil, "IGEL", "igel", "X_"},
	"type":       {nil, "int", "uint16", "untyped"},
	"tags":       {nil, "!ignore && (linux || !linux)"},
}

// pairwise returns combinations in which every value of an option occurs together with every
// value of every other option.
func pairwise() []map[string]any {
	rnd := rand.New(rand.NewPCG(6, 6))
	names := slices.Sorted(maps.Keys(goChoices))
	type pair struct{ a, b string }
	open := make(map[pair]bool)
	pairs := func(row map[string]int) (all []pair) {
		for i, a := range names {
			for _, b := range names[i+1:] {
				all = append(all, pair{fmt.Sprint(a, row[a]), fmt.Sprint(b, row[b])})
			}
		}
		return all
	}
	random := func() map[string]int {
		row := make(map[string]int)
		for _, name := range names {
			row[name] = rnd.IntN(len(goChoices[name]))
		}
		return row
	}
	for range 20_000 {
		for _, p := range pairs(random()) {
			open[p] = true
		}
	}
	var rows []map[string]any
	for len(open) > 0 {
		var best map[string]int
		most := -1
		for range 50 {
			row, n := random(), 0
			for _, p := range pairs(row) {
				if open[p] {
					n++
				}
			}
			if n > most {
				best, most = row, n
			}
		}
		for _, p := range pairs(best) {
			delete(open, p)
		}
		row := make(map[string]any)
		for name, i := range best {
			if v := goChoices[name][i]; v != nil {
				row[name] = v
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// TestGoOptions generates packages with all pairs of options, by a configuration and by flags:
// both must give the same packages, and these must compile.
func TestGoOptions(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	write(t, dir, "go.mod", "module example.com/app\n\ngo 1.22\n")
	rows := pairwise()
	var entries []any
	for i, row := range rows {
		out := fmt.Sprintf("config%d/ports", i)
		if row["file"].(bool) {
			out += "/ports_gen.go"
		}
		options := maps.Clone(row)
		delete(options, "file")
		entry := map[string]any{"target": "go", "out": out, "products": []string{"igel-ums"}}
		if len(options) > 0 {
			entry["options"] = options
		}
		entries = append(entries, entry)

		out = fmt.Sprintf("flags%d/ports", i)
		if row["file"].(bool) {
			out += "/ports_gen.go"
		}
		args := []string{"generate", "go", "--product", "igel-ums", "--out", out}
		for _, name := range slices.Sorted(maps.Keys(options)) {
			value := fmt.Sprint(options[name])
			if list, ok := options[name].([]string); ok {
				name, value = "component", strings.Join(list, ",")
			}
			args = append(args, "--"+name, value)
		}
		if printed, status := portspec(args...); status != statusFine {
			t.Fatalf("%v: status %d\n%s", args, status, printed)
		}
	}
	data, err := json.MarshalIndent(map[string]any{"version": 1, "generate": entries}, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, "portspec.yaml", string(data)) // JSON is YAML
	if printed, status := portspec("generate"); status != statusFine {
		t.Fatalf("status %d\n%s", status, printed)
	}
	t.Logf("%d combinations", len(rows))
	for i, row := range rows {
		byConfig, byFlags := goFilesIn(t, fmt.Sprintf("config%d", i)), goFilesIn(t, fmt.Sprintf("flags%d", i))
		if len(byConfig) == 0 || row["file"].(bool) != (len(byConfig) == 1) {
			t.Errorf("%v: %d files", row, len(byConfig))
		}
		if row["package"] == nil && !row["file"].(bool) {
			// Without an explicit name, the configuration puts the package in a
			// folder with its name, and flags, which may select several targets, in
			// the folder of the target.
			byFlags = renamedKeys(byFlags, "ports/go/", "ports/")
		}
		if len(byFlags) != len(byConfig) {
			t.Errorf("%v: %d files by flags, %d by the configuration", row, len(byFlags), len(byConfig))
		}
		for name, data := range byConfig {
			if !bytes.Equal(data, byFlags[name]) {
				t.Errorf("%v: %s differs by flags", row, name)
			}
		}
	}
	readers.Run(t, dir, "go", "vet", "./...")
}

// goFilesIn returns the Go files below a folder by relative path.
func goFilesIn(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	files := make(map[string][]byte)
	for name, data := range snapshot(t, dir) {
		if filepath.Ext(name) == ".go" {
			files[name] = []byte(data)
		}
	}
	return files
}

func renamedKeys(files map[string][]byte, old, new string) map[string][]byte {
	renamed := make(map[string][]byte)
	for name, data := range files {
		renamed[strings.Replace(name, old, new, 1)] = data
	}
	return renamed
}

// TestGoOptionsRefused has invalid options, as flags and in a configuration: both are reported,
// and nothing is written.
func TestGoOptionsRefused(t *testing.T) {
	for _, c := range []struct{ name, flag, entry, want string }{
		{"a keyword", "--package type", "package: type", `package "type" cannot be the name of a Go package`},
		{"a package that go ignores", "--package documentation", "package: documentation", `package "documentation" cannot be the name of a Go package`},
		{"a package that cannot be imported", "--package init", "package: init", `package "init" cannot be the name of a Go package`},
		{"a component", "--component ums-servr", "components: [ums-servr]", "component: no component ums-servr; did you mean ums-server?"},
		{"a constraint", "--tags &&", "tags: '&&'", `tags "&&" are not a build constraint`},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			t.Chdir(dir)
			args := append([]string{"generate", "go", "--product", "igel-ums", "--out", "ports_gen.go"}, strings.Fields(c.flag)...)
			if _, printed := expectFailure(t, args...); !strings.Contains(printed, c.want) {
				t.Errorf("by a flag: %s", printed)
			}
			write(t, dir, "portspec.yaml", "version: 1\ngenerate:\n  - {target: go, out: ports_gen.go, products: [igel-ums], options: {"+c.entry+"}}\n")
			if _, printed := expectFailure(t, "generate"); !strings.Contains(printed, "portspec.yaml:3: "+c.want) {
				t.Errorf("by the configuration: %s", printed)
			}
			if _, err := os.Stat("ports_gen.go"); err == nil {
				t.Error("a file was written")
			}
		})
	}
}

func expectFailure(t *testing.T, args ...string) (stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	if status := Main(args, &out, &errs); status != statusFailed {
		t.Errorf("%v: status %d", args, status)
	}
	return out.String(), errs.String()
}

package cli

import (
	"bytes"
	"errors"
	"fmt"
	"go/format"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/analysis/unitchecker"
	"golang.org/x/tools/go/packages"

	"github.com/portspec/portspec/gen/golang"
	"github.com/portspec/portspec/gen/golang/analyzer"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/load"
)

// asVetTool runs portspec as go vet -vettool runs it, and does not return: with
// -V=full, with -flags, or with flags and the file of a package to look at.
func asVetTool(args []string) {
	if len(args) == 1 && (args[0] == "-V=full" || args[0] == "-flags") || len(args) > 0 && strings.HasSuffix(args[len(args)-1], ".cfg") {
		unitchecker.Main(analyzer.Analyzer)
	}
}

func newLintGo(w *workspace) *cobra.Command {
	var o analyzer.Options
	var form string
	var fix, printTable bool
	cmd := &cobra.Command{
		Use:   "lint-go [PACKAGE...]",
		Short: "Find port numbers in Go code that are, or contradict, ports of products",
		Long: `Lint-go looks for literals where Go code has a port, in addresses, URLs, fields,
arguments, variables and constants, that are a port of a product, or are called
after one and are another number. The constants to use are those of the packages
that portspec generated in the module; without any, of the products in the
binary. --table takes them from a file that --print-table wrote, for products of
a workspace of which there is no package.

As go vet's tool it does the same: go vet -vettool=$(which portspec) ./...`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := oneOf("--format", form, "text", "json"); err != nil {
				return err
			}
			if printTable {
				return w.printTable(cmd, o.Packages)
			}
			if len(args) == 0 {
				args = []string{"./..."}
			}
			return w.lintGo(cmd, &o, args, form, fix)
		},
	}
	flags := cmd.Flags()
	flags.StringSliceVar(&o.Products, "products", nil, "only these products")
	flags.StringSliceVar(&o.Packages, "package", nil, "only these generated packages, by import path; with --print-table, the one that the packages are below")
	flags.StringVar(&o.TableFile, "table", "", "a file that --print-table wrote, in place of the packages in the module")
	flags.BoolVar(&o.SkipTests, "skip-tests", false, "leave out test files")
	flags.StringVar(&form, "format", "text", "text or json")
	flags.BoolVar(&fix, "fix", false, "write the constants into the code where there is one to choose")
	flags.BoolVar(&printTable, "print-table", false, "print the ports of the workspace's products, or of those in the binary, for --table")
	return cmd
}

// printTable prints the table of the products that the command works on.
func (w *workspace) printTable(cmd *cobra.Command, below []string) error {
	result, err := w.sound(cmd)
	if err != nil {
		return err
	}
	base := ""
	if len(below) == 1 {
		base = below[0]
	} else if root, err := load.FindRoot("."); err == nil && root == "" || len(result.Catalog.Products) > 0 && result.Catalog.Product("igel-ums") != nil {
		base = "github.com/portspec/portspec/out/go"
	}
	files, _ := golang.Generate(result.Catalog)
	byPackage := make(map[string]map[string][]byte)
	var names []string
	for _, f := range files {
		dir, name := path.Split(f.Path)
		if byPackage[dir] == nil {
			byPackage[dir] = make(map[string][]byte)
			names = append(names, dir)
		}
		byPackage[dir][name] = f.Data
	}
	table := &analyzer.Table{}
	for _, dir := range names {
		p := analyzer.Read(path.Join(base, dir), byPackage[dir])
		if p == nil {
			continue
		}
		if base == "" {
			p.Path = ""
		}
		table.Packages = append(table.Packages, p)
	}
	_, err = cmd.OutOrStdout().Write(table.JSON())
	return err
}

// lintGo looks at packages, prints what it finds, and mends it if it is to.
func (w *workspace) lintGo(cmd *cobra.Command, o *analyzer.Options, patterns []string, form string, fix bool) error {
	pkgs, err := packages.Load(&packages.Config{
		Context: cmd.Context(), Dir: w.dir, Tests: !o.SkipTests,
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports | packages.NeedTypes |
			packages.NeedTypesSizes | packages.NeedSyntax | packages.NeedTypesInfo | packages.NeedModule | packages.NeedExportFile,
	}, patterns...)
	if err != nil {
		return err
	}
	broken := false
	seen := make(map[string]bool)
	for _, p := range pkgs {
		for _, e := range p.Errors {
			broken = true
			if !seen[e.Error()] {
				seen[e.Error()] = true
				fmt.Fprintln(cmd.ErrOrStderr(), e)
			}
		}
	}
	pkgs = slices.DeleteFunc(pkgs, func(p *packages.Package) bool { return p.Types == nil || len(p.Syntax) == 0 })
	graph, err := checker.Analyze([]*analysis.Analyzer{analyzer.New(o)}, pkgs, nil)
	if err != nil {
		return err
	}
	var list diag.List
	edits := make(map[string][]goEdit)
	for _, act := range graph.Roots {
		if act.Err != nil {
			return act.Err
		}
		for _, d := range act.Diagnostics {
			list = append(list, goFinding(act, d))
			if len(d.SuggestedFixes) == 1 {
				for _, e := range d.SuggestedFixes[0].TextEdits {
					at := act.Package.Fset.PositionFor(e.Pos, false)
					edits[at.Filename] = append(edits[at.Filename], goEdit{at.Offset, act.Package.Fset.PositionFor(e.End, false).Offset, string(e.NewText)})
				}
			}
		}
	}
	list = list.Sort()
	if form == "json" {
		if err := writeJSON(cmd, struct {
			Findings diag.List `json:"findings"`
		}{list}); err != nil {
			return err
		}
	} else {
		p := diag.Printer{Files: os.DirFS("."), Color: colored(cmd.OutOrStdout())}
		p.Print(cmd.OutOrStdout(), list)
	}
	if fix {
		for _, name := range sortedNames(edits) {
			if err := mendFile(name, edits[name]); err != nil {
				return err
			}
			fmt.Fprintf(cmd.ErrOrStderr(), "mended %s\n", name)
		}
	}
	fmt.Fprintln(cmd.ErrOrStderr(), plural(len(list), "finding"))
	switch {
	case broken:
		return errors.New("not all packages could be loaded")
	case len(list) > 0:
		return errFindings
	}
	return nil
}

// goFinding is a diagnostic as a finding, at a path from the current folder.
func goFinding(act *checker.Action, d analysis.Diagnostic) diag.Finding {
	from, to := act.Package.Fset.Position(d.Pos), act.Package.Fset.Position(d.End)
	name := from.Filename
	if cwd, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(cwd, name); err == nil {
			name = rel
		}
	}
	f := diag.Finding{
		Code: d.Category, Severity: diag.Warning, Message: d.Message,
		Position: diag.Position{File: filepath.ToSlash(name), Line: from.Line, Column: from.Column},
	}
	if from.Line == to.Line {
		f.Position.EndColumn = to.Column
	}
	return f
}

// A goEdit replaces a part of a file.
type goEdit struct {
	from, to int
	text     string
}

func sortedNames(m map[string][]goEdit) []string {
	var names []string
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// mendFile applies edits to a file, those that are there twice once, and
// replaces it as a whole.
func mendFile(name string, edits []goEdit) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	slices.SortFunc(edits, func(a, b goEdit) int {
		if a.from != b.from {
			return a.from - b.from
		}
		if a.to != b.to {
			return a.to - b.to
		}
		return strings.Compare(a.text, b.text)
	})
	var out bytes.Buffer
	at := 0
	for _, e := range slices.Compact(edits) {
		if e.from < at || e.to > len(data) {
			continue
		}
		out.Write(data[at:e.from])
		out.WriteString(e.text)
		at = e.to
	}
	out.Write(data[at:])
	mended, err := format.Source(out.Bytes())
	if err != nil {
		return fmt.Errorf("%s is not Go once it is mended, and stays as it is: %w", name, err)
	}
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	temp := name + ".portspec"
	if err := os.WriteFile(temp, mended, info.Mode().Perm()); err != nil {
		return err
	}
	return os.Rename(temp, name)
}

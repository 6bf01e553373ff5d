package cli

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/mod/modfile"
	"golang.org/x/tools/go/analysis/unitchecker"

	"github.com/portspec/portspec/gen/lintgo"
	"github.com/portspec/portspec/gen/rows"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/diag/report"
	"github.com/portspec/portspec/internal/english"
	"github.com/portspec/portspec/internal/gocode"
	"github.com/portspec/portspec/internal/limit"
	"github.com/portspec/portspec/internal/screen"
	ws "github.com/portspec/portspec/internal/workspace"
)

// asVetTool handles the arguments that go vet -vettool passes: -V=full, -flags, or flags
// and the configuration file of a package. In these cases it does not return.
func asVetTool(args []string) {
	if len(args) == 1 && args[0] == "-V=full" {
		toolVersion()
	}
	if len(args) == 1 && args[0] == "-flags" || len(args) > 0 && strings.HasSuffix(args[len(args)-1], ".cfg") {
		unitchecker.Main(lintgo.Analyzer)
	}
}

// toolVersion prints the version by which go vet caches results. unitchecker would hash
// only the binary; this hash, in the same format, includes everything else that the
// analyzer reads besides the package.
func toolVersion() {
	name, sum, err := identity()
	if err != nil {
		fmt.Fprintf(screen.NewWriter(os.Stderr), "portspec: %v\n", err)
		os.Exit(statusFailed)
	}
	fmt.Printf("%s version devel comments-go-here buildID=%x\n", name, sum)
	os.Exit(statusFine)
}

func identity() (name string, sum []byte, err error) {
	if name, err = os.Executable(); err != nil {
		return "", nil, err
	}
	f, err := os.Open(name)
	if err != nil {
		return "", nil, err
	}
	defer f.Close()
	h := sha256.New()
	if _, err = io.Copy(h, f); err != nil {
		return "", nil, err
	}
	dir, err := os.Getwd()
	if err != nil {
		return "", nil, err
	}
	inputs, err := lintgo.Inputs(dir)
	if err != nil {
		return "", nil, err
	}
	h.Write(inputs)
	return name, h.Sum(nil), nil
}

func newLintGo(w *workspace) *cobra.Command {
	var o lintgo.Options
	var form string
	var fix, printTable bool
	cmd := &cobra.Command{
		Use:   "lint-go [PACKAGE...]",
		Short: "Find port numbers in Go code that should be constants",
		Long: `Lint-go finds port numbers written as literals in addresses, URLs, fields,
arguments, variables and constants of Go code: those that are a port of a
product, and those that are named after a port but have another number.

It knows the ports of the packages that portspec generated in the module or that
the code imports, and of the products in the workspace; without either, those in
the binary. --fix replaces literals by constants where there is only one choice,
and reports the rest; it changes only regular files of the module.

Lint-go runs the go command, which may run programs that the module chooses, as
in a build: do not use it on code that you would not build. It may download
modules, but no other toolchain unless GOTOOLCHAIN is set.

As a tool of go vet, it does the same but does not evaluate a workspace: pass it
a file written by --print-table with -table or in $PORTSPEC_TABLE. go vet caches
results until the code, the generated packages or the file in $PORTSPEC_TABLE
change; it does not notice changes of a file given with -table.

The formats are those of portspec vet.`,
		Example: `  portspec lint-go --fix ./...
  portspec lint-go --format sarif > ports.sarif
  go vet -vettool=$(which portspec) ./...`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := oneOf("--format", form, findingFormats()...); err != nil {
				return err
			}
			if printTable {
				return w.printTable(cmd, o.Packages)
			}
			if err := w.know(cmd, &o); err != nil {
				return err
			}
			if len(args) == 0 {
				args = []string{"./..."}
			}
			return w.lintGo(cmd, &o, args, form, fix)
		},
	}
	flags := cmd.Flags()
	flags.StringSliceVar(&o.Products, "products", nil, "only these products")
	flags.StringSliceVar(&o.Packages, "package", nil, "only these generated packages, by import path; with --print-table, the path above the packages")
	flags.StringVar(&o.TableFile, "table", "", "a file written by --print-table, instead of the packages in the module")
	flags.BoolVar(&o.SkipTests, "skip-tests", false, "skip test files")
	flags.StringVar(&form, "format", "text", strings.Join(findingFormats(), ", "))
	flags.BoolVar(&fix, "fix", false, "replace literals by constants where there is only one choice")
	flags.BoolVar(&printTable, "print-table", false, "print a table of the products' ports for --table")
	return cmd
}

// know adds the ports of the workspace's products, unless flags select the ports or the
// workspace is portspec's own.
func (w *workspace) know(cmd *cobra.Command, o *lintgo.Options) error {
	if o.TableFile != "" || len(o.Packages) > 0 {
		return nil
	}
	dir := w.Dir
	if dir == "" {
		dir = "."
	}
	root, err := w.FindRoot(dir)
	if err != nil || root == "" || isOwn(root) {
		return err
	}
	result, err := w.sound(cmd)
	if err != nil {
		return err
	}
	table, err := gocode.Table(result.Catalog, "")
	if err != nil {
		return err
	}
	o.Known, err = lintgo.Parse(table.JSON())
	return err
}

// printTable prints the table of ports for --table.
func (w *workspace) printTable(cmd *cobra.Command, below []string) error {
	if len(below) > 1 {
		return errors.New("--print-table takes only one --package, the import path above the packages")
	}
	result, err := w.sound(cmd)
	if err != nil {
		return err
	}
	base := ""
	if len(below) == 1 {
		base = below[0]
	} else if w.Root == "" || isOwn(w.Root) {
		base = ownModule + "/out/go"
	}
	table, err := gocode.Table(result.Catalog, base)
	if err != nil {
		return err
	}
	_, err = screen.JSON(cmd.OutOrStdout()).Write(table.JSON())
	return err
}

// ownModule is portspec's Go module.
const ownModule = "github.com/portspec/portspec"

// isOwn reports whether root is portspec's own repository, whose packages are in out/go.
func isOwn(root string) bool {
	data, err := os.ReadFile(filepath.Join(root, "go.mod"))
	return err == nil && modfile.ModulePath(data) == ownModule
}

// lintGo analyzes packages, applies fixes if requested, and prints the findings that are
// left.
func (w *workspace) lintGo(cmd *cobra.Command, o *lintgo.Options, patterns []string, form string, fix bool) error {
	code, err := gocode.Look(cmd.Context(), w.Dir, o, patterns)
	if err != nil {
		return err
	}
	fixed := 0
	if fix {
		end, err := limit.Finish(cmd.Context())
		if err != nil {
			return err
		}
		fixed, err = code.Fix(cmd.ErrOrStderr())
		end()
		if err != nil {
			return err
		}
	}
	findings := code.Findings()
	if err := printGo(cmd, form, code, findings); err != nil {
		return err
	}
	for _, line := range code.Advice() {
		fmt.Fprintln(cmd.ErrOrStderr(), shown(line))
	}
	summary := english.Count(len(findings), "finding")
	if fixed > 0 {
		summary = fmt.Sprintf("%d fixed, %s left", fixed, summary)
	}
	fmt.Fprintln(cmd.ErrOrStderr(), summary)
	switch {
	case len(code.Broken) > 0:
		return errors.New("not all packages could be loaded:\n" + strings.Join(code.Broken, "\n"))
	case len(findings) > 0:
		return errFindings
	}
	return nil
}

// printGo prints findings in a format.
func printGo(cmd *cobra.Command, form string, files fs.FS, findings diag.List) error {
	switch form {
	case "text":
		p := diag.Printer{Files: files, Color: screen.Colored(cmd.OutOrStdout())}
		p.Print(cmd.OutOrStdout(), findings)
		return nil
	case "json":
		return writeJSON(cmd, struct {
			Findings diag.List `json:"findings"`
		}{rows.NotNull(findings)})
	}
	cwd, err := os.Getwd()
	if err != nil {
		return err
	}
	place := placeIn(cwd, cmp.Or(ws.Repository(cwd), cwd))
	r := report.Report{Findings: findings, Files: files, Place: place, Version: reportVersion()}
	i := slices.IndexFunc(report.Formats, func(f report.Format) bool { return f.Name == form })
	return report.Formats[i].Write(cmd.OutOrStdout(), r)
}

// Package cli is the command line: one file a command, the table of targets in
// targets.go, and in files.go the only code that writes files. [Main] runs it.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/portspec/portspec/internal/check"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/model"
)

// Exit statuses.
const (
	statusFine     = 0
	statusFindings = 1 // findings or differences
	statusFailed   = 2 // could not run
)

// errFindings ends a command that has already said what it found.
var errFindings = errors.New("findings")

// Main runs portspec with the arguments that follow its name and returns the
// exit status. Results go to stdout, everything else to stderr.
func Main(args []string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()

	cmd := newRoot()
	cmd.SetArgs(args)
	cmd.SetOut(stdout)
	cmd.SetErr(stderr)
	err := cmd.ExecuteContext(ctx)
	switch {
	case err == nil:
		return statusFine
	case errors.Is(err, errFindings):
		return statusFindings
	}
	fmt.Fprintf(stderr, "portspec: %v\n", err)
	return statusFailed
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "portspec",
		Short: "One checked source for who talks to whom on which port",
		Long: `Portspec compiles specs of communication ports, written in CUE, into Go
constants, Markdown, Ansible variables and diagrams, and finds what contradicts.

Without a directory a command works on the workspace it stands in (the nearest
folder with a cue.mod), and outside one on the products that are embedded in
the binary. Exit status: 0 fine, 1 findings or differences, 2 could not run.`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	w := &workspace{}
	root.PersistentFlags().StringVarP(&w.dir, "dir", "C", "", "work in the workspace of this folder")
	root.AddCommand(
		newVet(w), newGenerate(w), newFlows(w), newExport(w), newCoverage(w), newExplain(), newInit(), newVersion(),
	)
	root.InitDefaultCompletionCmd("portspec")
	return root
}

// A workspace is the specs that a command works on.
type workspace struct {
	dir string // what --dir or an argument says; "" for the current folder

	root   string // the folder with cue.mod; "" for the embedded specs
	checks check.Options
}

// takeDir makes the optional argument of a command its folder.
func (w *workspace) takeDir(args []string) error {
	if len(args) == 1 {
		if w.dir != "" {
			return fmt.Errorf("a folder is given twice: --dir %s and %s", w.dir, args[0])
		}
		w.dir = args[0]
	}
	return nil
}

// load compiles and checks the specs.
func (w *workspace) load(ctx context.Context) (*load.Result, error) {
	dir := w.dir
	if dir == "" {
		dir = "."
	} else if info, err := os.Stat(dir); err != nil {
		return nil, err
	} else if !info.IsDir() {
		return nil, fmt.Errorf("%s is a file; give the folder of a workspace", dir)
	}
	root, err := load.FindRoot(dir)
	if err != nil {
		return nil, err
	}
	var result *load.Result
	switch {
	case root != "":
		w.root = root
		result, err = load.Workspace(ctx, root)
	case w.dir != "":
		return nil, fmt.Errorf("no cue.mod in %s or above: it is no workspace", w.dir)
	default:
		result, err = load.Embedded(ctx)
	}
	if err != nil {
		return nil, err
	}
	if !result.Findings.HasErrors() {
		result.Findings = append(result.Findings, check.Catalog(result.Catalog, w.checks)...).Sort()
	}
	return result, nil
}

// catalog is what load finds, for commands that need specs without errors. It
// prints the errors and fails if there are any.
func (w *workspace) catalog(cmd *cobra.Command) (*model.Catalog, error) {
	result, err := w.load(cmd.Context())
	if err != nil {
		return nil, err
	}
	if result.Findings.HasErrors() {
		errs := diag.List{}
		for _, f := range result.Findings {
			if f.Severity == diag.Error {
				errs = append(errs, f)
			}
		}
		w.print(cmd.ErrOrStderr(), errs, result)
		return nil, errFindings
	}
	return result.Catalog, nil
}

// print shows findings as text.
func (w *workspace) print(out io.Writer, list diag.List, result *load.Result) {
	p := diag.Printer{Files: result.Files, Color: colored(out), Name: w.name}
	p.Print(out, list)
}

// name is the path from the current folder to a file of the workspace, so that
// terminals and editors can open it.
func (w *workspace) name(file string) string {
	if w.root == "" || load.Served(file) {
		return file
	}
	file = filepath.Join(w.root, filepath.FromSlash(file))
	if cwd, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(cwd, file); err == nil {
			file = rel
		}
	}
	return filepath.ToSlash(file)
}

// colored reports whether out is a terminal that may be given colours.
func colored(out io.Writer) bool {
	f, ok := out.(*os.File)
	return ok && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && term.IsTerminal(int(f.Fd()))
}

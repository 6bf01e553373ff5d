package cli

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/english"
	"github.com/portspec/portspec/internal/format"
	"github.com/portspec/portspec/internal/limit"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/output"
	"github.com/portspec/portspec/internal/project"
	"github.com/portspec/portspec/internal/screen"
	ws "github.com/portspec/portspec/internal/workspace"
)

// stdin is the name of standard input in messages.
const stdin = "<stdin>"

func newFmt(w *workspace) *cobra.Command {
	f := &formatting{texts: make(texts), seen: make(map[string]bool)}
	cmd := &cobra.Command{
		Use:   "fmt [PATH...]",
		Short: "Format specs",
		Long: `Fmt formats CUE files as cue fmt does, and puts the fields of products,
components, flows and other structs that the schema defines in the schema's
order. Entries under ids keep their order, and comments move with their fields.
It also rewrites forms that the schema has replaced.

A PATH is a file, a folder with everything below it, or - to format standard
input to standard output; the default is the whole workspace. Folders named
cue.mod, node_modules or testdata, or with a name that starts with . or _, are
skipped. If a file is a symbolic link, its target is rewritten; unless the file
itself was named, the target has to be below the folder.

Fmt rewrites files in place and prints the names of those that changed. With
--check or --diff, it writes nothing, and the exit status is 1 if a file would
change. A file that does not parse is reported and left unchanged.`,
		Example: `  portspec fmt
  portspec fmt --check
  portspec fmt --diff specs/products/beacon
  portspec fmt - <flows.cue`,
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, w, args) },
	}
	cmd.Flags().BoolVar(&f.check, "check", false, "list the files that would change, and write nothing")
	cmd.Flags().BoolVar(&f.diff, "diff", false, "show what would change, and write nothing")
	return cmd
}

// A formatting is one run of fmt. An error in one file does not stop it.
type formatting struct {
	check, diff bool
	out         io.Writer

	seen     map[string]bool // absolute paths of the files already formatted
	texts    texts
	findings diag.List
	failed   []error
	changed  int

	ctx     context.Context
	reading ws.Limits
	doors   []*ws.Door
}

func (f *formatting) run(cmd *cobra.Command, w *workspace, args []string) error {
	if f.check && f.diff {
		return errors.New("--check and --diff cannot be used together")
	}
	f.out, f.ctx, f.reading = cmd.OutOrStdout(), cmd.Context(), w.Reading
	if len(args) == 1 && args[0] == "-" {
		if err := f.stream(cmd.InOrStdin()); err != nil {
			return err
		}
		return f.end(cmd, w)
	}
	defer func() {
		for _, door := range f.doors {
			_ = door.Close()
		}
	}()
	names, err := f.list(w, args)
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := cmd.Context().Err(); err != nil {
			return err
		}
		if err := f.file(name); err != nil {
			f.failed = append(f.failed, err)
		}
	}
	err = f.end(cmd, w)
	fmt.Fprintln(cmd.ErrOrStderr(), f.summary(len(names)))
	return err
}

// list returns the files that the arguments name.
func (f *formatting) list(w *workspace, paths []string) ([]listed, error) {
	var names []listed
	if len(paths) == 0 {
		root, err := w.folder()
		if err != nil {
			return nil, err
		}
		return f.walk(w, root, (&project.Project{Root: root}).FileName)
	}
	if w.Dir != "" {
		return nil, fmt.Errorf("--dir %s formats a whole workspace; use either --dir or paths", w.Dir)
	}
	for _, name := range paths {
		if name == "-" {
			return nil, errors.New("- (standard input) cannot be combined with other paths")
		}
		info, err := os.Stat(name)
		switch {
		case err != nil:
			f.failed = append(f.failed, err)
		case info.IsDir():
			below, err := f.walk(w, name, func(file string) string { return filepath.Join(name, file) })
			if err != nil {
				f.failed = append(f.failed, err)
			}
			names = append(names, below...)
		default:
			names = append(names, listed{name: name})
		}
	}
	return names, nil
}

// folder returns the root of the workspace.
func (w *workspace) folder() (string, error) {
	dir := cmp.Or(w.Dir, ".")
	if _, err := os.Stat(dir); err != nil {
		return "", err
	}
	root, err := w.FindRoot(dir)
	switch {
	case err != nil:
		return "", err
	case root == "" && w.Dir != "":
		return "", fmt.Errorf("no cue.mod in %s or above: not a workspace", w.Dir)
	case root == "":
		return "", errors.New("no cue.mod here or above: not a workspace; name a file or a folder to format")
	}
	return root, nil
}

// A listed file is a file to format. It has a door if it was found in a folder, and none
// if the user named it.
type listed struct {
	name string // for messages
	door *ws.Door
	dir  string // of the door
	path string // below dir
}

// walk lists the CUE files of a folder, skipping those that load skips. The function
// call returns the name of a file for messages.
func (f *formatting) walk(w *workspace, dir string, call func(file string) string) ([]listed, error) {
	door, err := ws.OpenDoor(dir, w.Reading)
	if err != nil {
		return nil, err
	}
	f.doors = append(f.doors, door)
	var names []listed
	door.List(
		func(file string) { names = append(names, listed{call(file), door, dir, file}) },
		func(file string, err error) { f.failed = append(f.failed, fmt.Errorf("%s: %w", call(file), err)) },
	)
	return names, nil
}

// read returns the contents of a file and, with symbolic links resolved, its trusted
// folder and its path below that.
func (l listed) read(limits ws.Limits) (dir, below string, src []byte, err error) {
	if l.door == nil {
		target, err := filepath.EvalSymlinks(l.name)
		if err != nil {
			return "", "", nil, fmt.Errorf("%s: %w", l.name, err)
		}
		src, err := ws.ReadNamed(target, int64(limits.File))
		return filepath.Dir(target), filepath.Base(target), src, err
	}
	real, _, err := l.door.Real(l.path)
	if err == nil && path.Ext(real) != ".cue" {
		err = ws.ErrLink
	}
	if err == nil {
		src, err = l.door.ReadFile(real)
	}
	if err != nil {
		return "", "", nil, fmt.Errorf("%s: %w", l.name, ws.Pathless(err))
	}
	return l.dir, filepath.FromSlash(real), src, nil
}

// file formats a file, or reports what would change.
func (f *formatting) file(l listed) error {
	name := l.name
	dir, below, src, err := l.read(f.reading)
	if err != nil {
		return err
	}
	abs, err := filepath.Abs(filepath.Join(dir, below))
	if err != nil || f.seen[abs] {
		return err
	}
	f.seen[abs] = true
	out, ok := f.source(filepath.ToSlash(name), src)
	if !ok || bytes.Equal(out, src) {
		return nil
	}
	if !f.check && !f.diff {
		end, err := limit.Finish(f.ctx)
		if err != nil {
			return err
		}
		err = output.Rewrite(dir, below, out)
		end()
		if err != nil {
			return fmt.Errorf("%s cannot be rewritten: %w", name, err)
		}
	}
	f.report(filepath.ToSlash(name), src, out)
	return nil
}

// stream formats standard input.
func (f *formatting) stream(in io.Reader) error {
	src, err := io.ReadAll(in)
	if err != nil {
		return fmt.Errorf("reading standard input: %w", err)
	}
	out, ok := f.source(stdin, src)
	switch {
	case !ok:
	case !f.check && !f.diff:
		_, err = f.content().Write(out)
	case !bytes.Equal(out, src):
		f.report(stdin, src, out)
	}
	return err
}

// content returns the writer for formatted text, which passes bytes unchanged unless
// they go to a terminal.
func (f *formatting) content() io.Writer {
	if screen.IsShown(f.out) {
		return f.out
	}
	return screen.Raw(f.out)
}

// source returns the formatted text, and false if it does not parse or cannot be
// formatted.
func (f *formatting) source(name string, src []byte) (out []byte, ok bool) {
	var findings diag.List
	err := limit.Guard(func() (err error) { // a panic must not stop the other files
		out, findings, err = format.Source(name, src)
		return err
	})
	switch {
	case err != nil:
		f.failed = append(f.failed, fmt.Errorf("%s: %w", name, err))
	case len(findings) > 0:
		f.texts[name] = src
		f.findings = append(f.findings, findings...)
	}
	return out, err == nil && len(findings) == 0
}

// report prints that a file changed or would change.
func (f *formatting) report(name string, src, out []byte) {
	f.changed++
	if f.diff {
		_, _ = f.out.Write(diff.Diff(name+".orig", src, name, out))
		return
	}
	fmt.Fprintln(f.out, shown(name))
}

func (f *formatting) summary(files int) string {
	switch {
	case !f.check && !f.diff:
		return fmt.Sprintf("%s, %d rewritten", english.Count(files, "file"), f.changed)
	case f.changed > 0:
		return english.Count(f.changed, "file") + " not formatted; run portspec fmt"
	}
	return english.Count(files, "file") + ", all formatted"
}

// end prints the findings and returns the result of the run.
func (f *formatting) end(cmd *cobra.Command, w *workspace) error {
	w.print(cmd.ErrOrStderr(), f.findings.Sort(), &load.Result{Files: f.texts})
	if len(f.failed) > 0 {
		return errors.Join(f.failed...)
	}
	if len(f.findings) > 0 || f.changed > 0 && (f.check || f.diff) {
		return errFindings
	}
	return nil
}

// texts contains files with findings, by the names used in the findings.
type texts map[string][]byte

// Open implements [fs.FS], for names that are not paths below a folder.
func (t texts) Open(name string) (fs.File, error) {
	return fstest.MapFS{"text": {Data: t[name]}}.Open("text")
}

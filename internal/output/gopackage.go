package output

import (
	"bytes"
	"errors"
	"fmt"
	"go/build"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/golang"
)

// IsGoFile reports whether an output is a single Go file.
func IsGoFile(out string) bool { return strings.HasSuffix(out, ".go") }

// PackageAt returns the package for a new file in a folder: that of the other files there;
// otherwise, in the current folder, the one for which go generate runs; otherwise one named
// after the folder. The part below of the folder's path is not trusted.
func PackageAt(dir, below, except string) (string, error) {
	in := filepath.Join(dir, filepath.FromSlash(below))
	found := make(map[string]string)
	files, err := goFilesAt(dir, below)
	if err != nil {
		return "", err
	}
	for _, other := range files {
		if other.Path == except || bytes.Contains(other.Data, []byte("//go:build ignore")) {
			continue
		}
		if f, err := parser.ParseFile(token.NewFileSet(), other.Path, other.Data, parser.PackageClauseOnly); err == nil {
			pkg := f.Name.Name
			if strings.HasSuffix(other.Path, "_test.go") {
				pkg = strings.TrimSuffix(pkg, "_test")
			}
			found[pkg] = other.Path
		}
	}
	if len(found) > 1 {
		var all []string
		for pkg, file := range found {
			all = append(all, fmt.Sprintf("%s (%s)", pkg, file))
		}
		slices.Sort(all)
		return "", fmt.Errorf("the files in %s belong to several packages, %s; choose one with --package", in, strings.Join(all, " and "))
	}
	for pkg := range found {
		return pkg, nil
	}
	if pkg := os.Getenv("GOPACKAGE"); pkg != "" && in == "." {
		return strings.TrimSuffix(pkg, "_test"), nil
	}
	abs, err := filepath.Abs(in)
	if err != nil {
		return "", err
	}
	return golang.PackageName(filepath.Base(abs)), nil
}

// IsDocumented reports whether a file other than name has the package comment, either one in
// the folder or one of outputs, which are to be generated there. Among generated files, the
// first by name has the comment. The part below of the folder's path is not trusted.
func IsDocumented(dir, below, name string, outputs []string) (bool, error) {
	if slices.ContainsFunc(outputs, func(other string) bool { return other < name }) {
		return true, nil
	}
	files, err := goFilesAt(dir, below)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(files, func(f gen.File) bool {
		if f.Path == name || strings.HasSuffix(f.Path, "_test.go") || bytes.Contains(f.Data, []byte("//go:build ignore")) ||
			gen.Sealed(f.Path, f.Data) && (f.Path > name || slices.Contains(outputs, f.Path)) {
			return false
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), f.Path, f.Data, parser.PackageClauseOnly|parser.ParseComments)
		return err == nil && parsed.Doc != nil
	}), nil
}

func goFilesAt(dir, below string) ([]gen.File, error) {
	r, err := openToRead(dir, below)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return r.goFiles(".")
}

// goFiles returns the Go files in a folder, with paths relative to it. It skips links and
// unreadable files.
func (r *Root) goFiles(dir string) ([]gen.File, error) {
	w := walker{base: r.root}
	defer w.close()
	at, err := w.enter(dir, false)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, r.failedAt(dir, err)
	}
	entries, err := fs.ReadDir(at.FS(), ".")
	if err != nil {
		return nil, r.failedAt(dir, err)
	}
	var files []gen.File
	for _, e := range entries {
		if !e.Type().IsRegular() || !IsGoFile(e.Name()) {
			continue
		}
		d := folder{root: at}
		if data, err := d.read(e.Name()); err == nil {
			files = append(files, gen.File{Path: e.Name(), Data: data})
		}
	}
	return files, nil
}

// builds reports whether the name and constraints of a file allow building it on this system.
func builds(f gen.File) bool {
	c := build.Default
	c.OpenFile = func(string) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(f.Data)), nil }
	match, err := c.MatchFile("", path.Base(f.Path))
	return err == nil && match
}

package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"
)

// changing lists functions and methods that change files. Methods whose names no other type has
// are found on any type, because [os.Root] has them as well.
var (
	changing        = []string{"Create", "CreateTemp", "OpenFile", "WriteFile", "Remove", "RemoveAll", "Rename", "Symlink", "Link", "Mkdir", "MkdirAll", "MkdirTemp", "Truncate", "Chmod", "Chown", "Lchown", "Chtimes", "CopyFS"}
	changingMethods = []string{"OpenFile", "WriteFile", "RemoveAll", "Rename", "Symlink", "Mkdir", "MkdirAll", "Chmod", "Lchown", "Chtimes"}
)

// mayChange lists the packages that may change files: one for outputs, one for the user's cache,
// one for temporary files, and prove, which configures its network namespaces in /proc/sys. The
// others are not part of the program.
var mayChange = []string{"internal/output", "internal/cache", "internal/spool", "internal/prove", "internal/bench", "internal/tools", "internal/readers"}

// TestOneDoorOut finds other packages that write, rename or delete files.
func TestOneDoorOut(t *testing.T) {
	found := make(map[string]bool)
	err := fs.WalkDir(os.DirFS(".."), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || d.Name() == "node_modules" || name == "out" || name == "bin" || name == ".git"):
			return fs.SkipDir
		case d.IsDir() || path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		data, err := os.ReadFile("../" + name)
		if err != nil {
			return err
		}
		for _, use := range changes(t, name, data) {
			allowed := false
			for _, dir := range mayChange {
				if strings.HasPrefix(name, dir+"/") {
					allowed, found[dir] = true, true
				}
			}
			if !allowed {
				t.Errorf("%s: %s changes files; let internal/output do it", name, use)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if !found["internal/output"] || !found["internal/cache"] {
		t.Error("found nothing in internal/output or internal/cache that changes files")
	}
}

func changes(t *testing.T, name string, data []byte) (uses []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), name, data, 0)
	if err != nil {
		t.Fatal(err)
	}
	packages := make(map[string]string) // by name in this file
	for _, imported := range file.Imports {
		at := strings.Trim(imported.Path.Value, `"`)
		as := path.Base(at)
		if imported.Name != nil {
			as = imported.Name.Name
		}
		packages[as] = at
	}
	readers := make(map[ast.Node]bool)
	ast.Inspect(file, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && onlyReads(call) {
			readers[call.Fun] = true
		}
		s, ok := n.(*ast.SelectorExpr)
		if !ok || readers[n] {
			return true
		}
		of, names := "", changingMethods
		if id, ok := s.X.(*ast.Ident); ok {
			of = id.Name
		}
		switch packages[of] {
		case "":
		case "os":
			names = changing
		case "syscall", "golang.org/x/sys/unix":
			names = append([]string{"Open", "Openat", "Creat", "Unlink", "Unlinkat", "Renameat", "Mkdirat", "Rmdir"}, changing...)
		case "io/ioutil":
			names = []string{"WriteFile", "TempFile", "TempDir"}
		default:
			return true
		}
		for _, changing := range names {
			if s.Sel.Name == changing {
				uses = append(uses, of+"."+changing)
			}
		}
		return true
	})
	return uses
}

// onlyReads reports whether a call opens a file with os.O_RDONLY and no other flag.
func onlyReads(call *ast.CallExpr) bool {
	if len(call.Args) != 3 {
		return false
	}
	reads, others := false, false
	ast.Inspect(call.Args[1], func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			reads, others = reads || s.Sel.Name == "O_RDONLY", others || s.Sel.Name != "O_RDONLY"
		}
		return true
	})
	return reads && !others
}

// TestChanges checks that all of these functions and methods are found.
func TestChanges(t *testing.T) {
	for _, name := range changing {
		if got := changes(t, "x.go", []byte("package p\nimport files \"os\"\nvar f = files."+name+"\n")); len(got) != 1 {
			t.Errorf("os.%s is found as %v", name, got)
		}
	}
	for _, name := range changingMethods {
		if got := changes(t, "x.go", []byte("package p\nfunc f(r *R) { r.root."+name+"(\"\") }\n")); len(got) != 1 {
			t.Errorf("a method %s is found as %v", name, got)
		}
	}
	for flags, want := range map[string]int{"os.O_RDONLY": 0, "os.O_RDONLY|nonblocking": 0, "os.O_RDONLY|os.O_CREATE": 1, "os.O_WRONLY": 1, "flags": 1} {
		if got := changes(t, "x.go", []byte("package p\nimport \"os\"\nvar f, _ = os.OpenFile(\"x\", "+flags+", 0)\n")); len(got) != want {
			t.Errorf("with %s it is found as %v", flags, got)
		}
	}
}

package output

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen"
)

func TestNames(t *testing.T) {
	for _, name := range []string{".", "out", "docs/ports", "internal/ports", "a b/c.d", "m/$(touch PWNED)", "auxiliary", "com10", "null", "con-x", "git", "ü"} {
		if err := checkName(name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range []string{
		".git", ".git/hooks", "a/.Git", ".git.", ".git ", ".git::$INDEX_ALLOCATION", "GIT~1", "git~2/hooks", ".g\u200cit",
		".github/workflows", ".gitlab", ".husky", ".vscode/x", ".devcontainer",
		"cue.mod", "CUE.MOD", "x/Cue.Mod/pkg", "cue.mod.", "cue.mod ::$DATA",
		"aux", "docs/AUX", "aux.md", "nul.tar.gz", "com1", "LPT9.txt", "com\u00b9", "CONIN$", "aux ", "con .md",
		"a.", "a ", "a:b", "a\\b", "a*", "a//b", "a\x00", "a\x1b[0m", "a\nb", "\xff", "\u202ea",
	} {
		if err := checkName(name); err == nil {
			t.Errorf("%q was accepted", name)
		}
		_, err := outputTo(t.TempDir()).write(t.Context(), []gen.File{{Path: name + "/x.md"}})
		if err == nil {
			t.Errorf("%q was written", name)
		}
	}
	files := []gen.File{{Path: "markdown/a.md"}, {Path: "markdown/A.md"}}
	if _, err := outputTo(t.TempDir()).write(t.Context(), files); err == nil || !strings.Contains(err.Error(), "differ only in case") {
		t.Errorf("two files that differ only in case: %v", err)
	}
}

func TestGoNames(t *testing.T) {
	for name, ok := range map[string]bool{
		"ports_gen.go": true, "x.go": true, "windows.go": true, "a/x_test/y.go": true, "x_foo.go": true,
		"x_windows.go": false, "x_amd64.go": false, "x_linux_arm64.go": false, "x_test.go": false,
		"_x.go": false, "a/.x.go": false, "x_js.go": false, "x_wasm.go": false,
	} {
		if err := CheckGoName(name); (err == nil) != ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestTypedFolder checks that folders of git and of CUE are rejected even if they are named by
// the user, also through a link.
func TestTypedFolder(t *testing.T) {
	dir := t.TempDir()
	noError(t, os.MkdirAll(filepath.Join(dir, ".git/hooks"), 0o777))
	noError(t, os.MkdirAll(filepath.Join(dir, "real"), 0o777))
	noError(t, os.Symlink(".git", filepath.Join(dir, "link")))
	noError(t, os.Symlink("real", filepath.Join(dir, "fine")))
	files := []gen.File{{Path: "markdown/index.md", Data: []byte("x")}}
	for name, ok := range map[string]bool{
		".git": false, ".git/hooks": false, ".git/new": false, "link": false, "link/new": false, "x/cue.mod": false, "CUE.MOD/x": false,
		"fine": true, "real": true, ".hidden/new": true,
	} {
		if _, err := outputTo(filepath.Join(dir, name)).write(t.Context(), files); (err == nil) != ok {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range []string{".git/new", ".git/markdown", ".git/hooks/markdown", "x", "CUE.MOD"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			t.Errorf("%s was created", name)
		}
	}
}

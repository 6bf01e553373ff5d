package readers

import (
	"flag"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// allDocs is set by make docs-test, which installs all generators.
var allDocs = flag.Bool("docs", false, "build pages with all documentation generators, rather than those that are fast")

// A docsGenerator builds documentation from Markdown.
type docsGenerator struct {
	fast    bool
	content string   // folder of its project for pages
	site    string   // folder that it writes to
	command []string // paths below node_modules are in the folder docs
	warning string   // beginning of warnings in its output, if no option turns them into errors
}

var docsGenerators = map[string]docsGenerator{
	"mkdocs":     {true, "docs", "site", []string{"mkdocs", "build", "--strict", "--quiet"}, ""},
	"hugo":       {true, "content", "public", []string{"hugo", "--quiet", "--panicOnWarning"}, ""},
	"docusaurus": {false, "docs", "build", []string{"node", "node_modules/@docusaurus/core/bin/docusaurus.mjs", "build", "--no-minify"}, "[WARNING]"},
	"starlight":  {false, "src/content/docs", "dist", []string{"node", "node_modules/astro/astro.js", "build"}, "[WARN]"},
	"sphinx":     {false, "", "_build", []string{"sphinx-build", "-q", "-n", "-W", "--keep-going", "-b", "html", ".", "_build"}, ""},
}

// Docs lets a documentation generator build a site from pages and other files, given by path
// below its folder for content, and returns the folder of the site. The test fails if there are
// errors or warnings.
func Docs(t testing.TB, name string, files map[string][]byte) string {
	t.Helper()
	site, out, err := TryDocs(t, name, files)
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return site
}

// errWarning is the error for warnings of a generator that does not fail because of them.
type errWarning struct{}

func (errWarning) Error() string { return "there are warnings" }

// WantDocs skips the test if the generator is slow and was not requested.
func WantDocs(t testing.TB, name string) {
	t.Helper()
	if !docsGenerators[name].fast && !*allDocs {
		t.Skip("only make docs-test runs " + name)
	}
}

// TryDocs is like [Docs], for pages with faults. The test is skipped as by [WantDocs].
func TryDocs(t testing.TB, name string, files map[string][]byte) (site, out string, err error) {
	t.Helper()
	WantDocs(t, name)
	g := docsGenerators[name]
	own := filepath.Join(Dir(), "docs")
	project := t.TempDir()
	if err := os.CopyFS(project, os.DirFS(filepath.Join(own, name))); err != nil {
		t.Fatal(err)
	}
	for path, data := range files {
		path = filepath.Join(project, g.content, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if g.command[0] == "node" {
		modules := filepath.Join(own, "node_modules")
		if _, err := os.Stat(modules); err != nil {
			t.Fatal("make docs-test has not been run: missing " + modules)
		}
		if err := os.Symlink(modules, filepath.Join(project, "node_modules")); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(Path(t, g.command[0]), g.command[1:]...)
	cmd.Dir = project
	cmd.Env = append(os.Environ(), "DO_NOT_TRACK=1", "ASTRO_TELEMETRY_DISABLED=1", "CI=true", "NO_COLOR=1")
	printed, err := cmd.CombinedOutput()
	if err == nil && g.warning != "" && strings.Contains(string(printed), g.warning) {
		err = errWarning{}
	}
	return filepath.Join(project, g.site), string(printed), err
}

// DocsConfig returns the configuration files of a generator.
func DocsConfig(t testing.TB, name string) map[string]string {
	t.Helper()
	files := make(map[string]string)
	project := os.DirFS(filepath.Join(Dir(), "docs", name))
	err := fs.WalkDir(project, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(project, path)
		files[path] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

package git

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/readers"
)

// git runs git in a folder.
func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command(readers.Path(t, "git"), append([]string{"-c", "user.name=n", "-c", "user.email=e@example.com", "-c", "protocol.file.allow=always"}, args...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// repository returns a repository with two commits of a file whose path has a space and
// non-ASCII letters, and with links and Git LFS pointers.
func repository(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "über uns")
	write(t, filepath.Join(dir, odd), "one")
	git(t, dir, "init", "-q", "-b", "main")
	for link, to := range map[string]string{"inside": "a b/ü.cue", "outside": "../../etc/passwd", "self": "self", "absolute": "/etc/passwd"} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(dir, "large.cue"), "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
	git(t, dir, "add", "-A")
	git(t, dir, "commit", "-qm", "one")
	write(t, filepath.Join(dir, odd), "two")
	git(t, dir, "commit", "-qam", "two: colons")
	return dir
}

const odd = "a b/ü.cue"

// content returns a file of a commit.
func content(t *testing.T, dir, ref, name string) (string, error) {
	t.Helper()
	r, refs, err := Find(t.Context(), dir, true, ref)
	if err != nil {
		t.Fatal(err)
	}
	tree, err := r.Tree(t.Context(), refs[0].Tree)
	if err != nil {
		t.Fatal(err)
	}
	data, err := fs.ReadFile(tree, name)
	if closed := tree.Close(); closed != nil {
		t.Error(closed)
	}
	return string(data), err
}

// TestRepositories reads commits of all kinds of real repositories, whose working trees have
// other contents.
func TestRepositories(t *testing.T) {
	dir := repository(t)
	top := t.TempDir()
	git(t, top, "clone", "-q", "--bare", dir, "bare")
	git(t, top, "clone", "-q", "--depth", "1", "file://"+dir, "shallow")
	git(t, dir, "worktree", "add", "-q", "--detach", filepath.Join(top, "tree"), "HEAD~1")
	super := filepath.Join(top, "super")
	git(t, top, "init", "-q", "super")
	git(t, super, "submodule", "add", "-q", dir, "sub")
	git(t, super, "commit", "-qm", "sub")
	write(t, filepath.Join(dir, odd), "not committed")
	before := git(t, dir, "status", "--porcelain")
	for _, c := range []struct{ dir, ref, want string }{
		{dir, "main", "two"},
		{dir, "HEAD~1", "one"},
		{dir, "HEAD^{/one}", "one"},
		{filepath.Join(dir, "a b"), "main:a b", "two"},
		{filepath.Join(top, "bare"), "main", "two"},
		{filepath.Join(top, "shallow"), "HEAD", "two"},
		{filepath.Join(top, "tree"), "HEAD", "one"},
		{filepath.Join(top, "tree"), "main", "two"},
		{filepath.Join(super, "sub"), "HEAD", "two"},
	} {
		if got, err := content(t, c.dir, c.ref, odd); err != nil || got != c.want {
			t.Errorf("%s in %s: %q, %v, want %q", c.ref, c.dir, got, err, c.want)
		}
	}
	if after := git(t, dir, "status", "--porcelain"); after != before {
		t.Errorf("the repository changed from %q to %q", before, after)
	}
	data, err := os.ReadFile(filepath.Join(dir, odd))
	if err != nil || string(data) != "not committed" {
		t.Errorf("the user's file changed: %q, %v", data, err)
	}

	tree := head(t, super)
	if len(tree.Modules) != 1 || tree.Modules[0] != "sub" {
		t.Errorf("submodules %v", tree.Modules)
	}
}

// head returns the files of the last commit of a repository.
func head(t *testing.T, dir string) *Tree {
	t.Helper()
	r, refs, err := Find(t.Context(), dir, true, "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	tree, err := r.Tree(t.Context(), refs[0].Tree)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tree.Close() })
	return tree
}

// TestFileSystem checks that a commit behaves as Go expects of a file system.
func TestFileSystem(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "r")
	for _, name := range []string{"b.cue", "a/b/c.cue", "a/b.cue", "a-b/c.cue", odd} {
		write(t, filepath.Join(dir, name), name)
	}
	git(t, dir, "init", "-q")
	git(t, dir, "add", "-A")
	git(t, dir, "commit", "-qm", "one")
	tree := head(t, dir)
	var names []string
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, name)
			if data, err := fs.ReadFile(tree, name); err != nil || string(data) != name {
				t.Errorf("%s: %q, %v", name, data, err)
			}
		}
		return err
	})
	if want := "a/b/c.cue a/b.cue a b/ü.cue a-b/c.cue b.cue"; err != nil || strings.Join(names, " ") != want {
		t.Errorf("files %q, %v, want %q", names, err, want)
	}
	if _, err := tree.Open("nothing"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
}

// TestNotUTF8 lists a file whose name is not UTF-8, as a folder on disk does.
func TestNotUTF8(t *testing.T) {
	dir := repository(t)
	id := git(t, dir, "rev-parse", "HEAD:"+odd)
	git(t, dir, "update-index", "--add", "--cacheinfo", "100644,"+id+",caf\xe9/\xff.cue")
	git(t, dir, "commit", "-qm", "three")
	tree := head(t, dir)
	list, err := fs.ReadDir(tree, "caf\xe9")
	if err != nil || len(list) != 1 || list[0].Name() != "\xff.cue" {
		t.Errorf("files %v, %v", list, err)
	}
}

// TestLinks follows links inside a commit, but no others.
func TestLinks(t *testing.T) {
	dir := repository(t)
	if got, err := content(t, dir, "HEAD", "inside"); err != nil || got != "two" {
		t.Errorf("a link inside: %q, %v", got, err)
	}
	for name, want := range map[string]string{
		"outside": "not in the commit", "absolute": "not in the commit", "self": "to itself", "large.cue": "Git LFS pointer",
	} {
		if got, err := content(t, dir, "HEAD", name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %q, %v, want %s", name, got, err, want)
		}
	}
}

// TestRefusals checks the errors for invalid references.
func TestRefusals(t *testing.T) {
	dir := repository(t)
	shallow := filepath.Join(t.TempDir(), "shallow")
	git(t, dir, "clone", "-q", "--depth", "1", "file://"+dir, shallow)
	empty := t.TempDir()
	git(t, empty, "init", "-q")
	for _, c := range []struct{ dir, ref, want string }{
		{empty, "HEAD", "the repository has no commits yet"},
		{dir, "nothing", "no reference, folder or file nothing"},
		{dir, "--output=x", "do not start with a dash"},
		{dir, ":a b", "does not name a commit"},
		{dir, ":/one", "HEAD^{/TEXT}"},
		{dir, "main:" + odd + "\n", "is not a reference"},
		{shallow, "HEAD~1", "the clone is shallow"},
		{t.TempDir(), "main", "is not in a git repository"},
	} {
		_, _, err := Find(t.Context(), c.dir, true, c.ref)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.ref, err, c.want)
		}
	}
}

// TestRanges splits what git diff accepts as one argument, and reads the merge base of two
// branches.
func TestRanges(t *testing.T) {
	for name, want := range map[string][2]string{
		"a..b": {"a", "b"}, "a..": {"a", "HEAD"}, "a...b": {"a...b", "b"}, "a...": {"a...HEAD", "HEAD"},
		"v1.2..v1.3:specs": {"v1.2", "v1.3:specs"}, "HEAD^{/a..b}..c": {"HEAD^{/a..b}", "c"},
		"..b": {"HEAD", "b"}, "...b": {"HEAD...b", "b"},
		"a": {}, "../a": {}, "..": {}, "...": {}, ".../a": {}, "./a..b": {}, "a/../b": {}, "/a..b": {}, "HEAD^{/a..b}": {},
	} {
		old, new, ok := Range(name)
		if ok != (want[0] != "") || ok && (old != want[0] || new != want[1]) {
			t.Errorf("%s: %s, %s, %v", name, old, new, ok)
		}
	}
	dir := repository(t)
	git(t, dir, "checkout", "-qb", "other", "HEAD~1")
	git(t, dir, "commit", "-qm", "three", "--allow-empty")
	git(t, dir, "checkout", "-q", "--orphan", "alone")
	git(t, dir, "commit", "-qm", "four")
	for _, ref := range []string{"main...other", "other...main"} {
		if got, err := content(t, dir, ref, odd); err != nil || got != "one" {
			t.Errorf("%s: %q, %v", ref, got, err)
		}
	}
	for ref, want := range map[string]string{
		"main...alone": "no commit in common", "main...nothing": "no reference, folder or file nothing", "main..other": "main..other names two commits",
		"main...-x": "no reference, folder or file -x",
	} {
		if _, _, err := Find(t.Context(), dir, true, ref); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", ref, err, want)
		}
	}
}

// TestNoGit checks the error if git is not installed.
func TestNoGit(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, _, err := Find(t.Context(), t.TempDir(), true, "main")
	if err == nil || !strings.Contains(err.Error(), "git is not installed, and references need it; use folders or exported JSON instead") {
		t.Error(err)
	}
}

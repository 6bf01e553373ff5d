package git

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/readers"
)

// TestReplaced replaces objects and parents in the ways that git supports: a commit is still
// read as it was committed.
func TestReplaced(t *testing.T) {
	dir := repository(t)
	blob := func(rev string) string { return git(t, dir, "rev-parse", rev+":"+odd) }
	git(t, dir, "replace", blob("HEAD"), blob("HEAD~1"))
	git(t, dir, "config", "core.useReplaceRefs", "true")
	if got := git(t, dir, "show", "HEAD:"+odd); got != "one" {
		t.Fatalf("git itself shows %q", got)
	}
	if got, err := content(t, dir, "HEAD", odd); err != nil || got != "two" {
		t.Errorf("replaced file: %q, %v", got, err)
	}
	git(t, dir, "update-ref", "refs/ours/"+blob("HEAD"), blob("HEAD~1"))
	t.Setenv("GIT_REPLACE_REF_BASE", "refs/ours/")
	if got, err := content(t, dir, "HEAD", odd); err != nil || got != "two" {
		t.Errorf("file replaced through the environment: %q, %v", got, err)
	}
	write(t, filepath.Join(dir, ".git/info/grafts"), git(t, dir, "rev-parse", "HEAD")+"\n")
	if got, err := content(t, dir, "HEAD~1", odd); err != nil || got != "one" {
		t.Errorf("the parent of a commit with a graft: %q, %v", got, err)
	}
	if _, _, err := Find(t.Context(), dir, true, "nothing"); err == nil || strings.Contains(err.Error(), "hint") {
		t.Errorf("error in a repository with a graft: %v", err)
	}
}

// TestRunsNothing configures every program that git may run for reading, in the repository and
// in the attributes of its files.
func TestRunsNothing(t *testing.T) {
	dir := repository(t)
	ran := filepath.Join(t.TempDir(), "ran")
	program := filepath.Join(t.TempDir(), "program")
	write(t, program, "#!/bin/sh\ntouch '"+ran+"'\ncat\n")
	if err := os.Chmod(program, 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, ".gitattributes"), "* filter=f diff=d merge=m\n")
	git(t, dir, "add", "-A")
	git(t, dir, "commit", "-qm", "three")
	for _, name := range []string{
		"core.fsmonitor", "core.sshCommand", "core.pager", "core.editor", "core.askPass", "core.gitProxy", "core.alternateRefsCommand",
		"diff.external", "diff.d.textconv", "diff.d.command", "filter.f.smudge", "filter.f.clean", "filter.f.process", "merge.m.driver",
		"pager.rev-parse", "pager.ls-tree", "pager.cat-file", "credential.helper", "gpg.program", "uploadpack.packObjectsHook",
	} {
		git(t, dir, "config", name, program)
	}
	git(t, dir, "config", "alias.rev-parse", "!"+program)
	git(t, dir, "config", "alias.cat-file", "!"+program)
	git(t, dir, "config", "core.hooksPath", filepath.Dir(program))
	for _, hook := range []string{"reference-transaction", "post-index-change", "pre-auto-gc"} {
		if err := os.Link(program, filepath.Join(filepath.Dir(program), hook)); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"GIT_EXTERNAL_DIFF", "GIT_SSH_COMMAND", "GIT_PAGER", "GIT_ASKPASS", "GIT_EDITOR", "GIT_PROXY_COMMAND"} {
		t.Setenv(name, program)
	}
	os.Remove(ran)
	for _, ref := range []string{"main", "HEAD~1...main"} {
		if _, err := content(t, dir, ref, odd); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Stat(ran); err == nil {
		t.Error("git ran a program")
	}
}

// TestEnvironment sets variables that make git read another repository.
func TestEnvironment(t *testing.T) {
	dir, other := repository(t), filepath.Join(t.TempDir(), "other")
	git(t, filepath.Dir(other), "init", "-q", other)
	outside := t.TempDir()
	find := func(from string, named bool) error {
		_, _, err := Find(t.Context(), from, named, "main:"+odd)
		return err
	}
	for name, value := range map[string]string{
		"GIT_DIR": filepath.Join(other, ".git"), "GIT_WORK_TREE": other, "GIT_INDEX_FILE": "nowhere", "GIT_OBJECT_DIRECTORY": outside,
		"GIT_COMMON_DIR": outside, "GIT_NAMESPACE": "n", "GIT_CONFIG_PARAMETERS": "'core.bare'='maybe'", "GIT_SHALLOW_FILE": "nowhere", "GIT_TRACE": "1",
	} {
		t.Setenv(name, value)
		for _, named := range []bool{true, false} {
			if err := find(dir, named); err != nil {
				t.Errorf("with %s, named %t: %v", name, named, err)
			}
		}
		os.Unsetenv(name)
	}
	// Outside of a repository, the environment may name one.
	t.Setenv("GIT_DIR", filepath.Join(dir, ".git"))
	if err := find(outside, false); err != nil {
		t.Error(err)
	}
	if err := find(outside, true); err == nil || !strings.Contains(err.Error(), "is not in a git repository") {
		t.Errorf("in a folder that was named: %v", err)
	}
}

// TestForeign reads a repository of another user: git's error, and how to allow it, is shown.
func TestForeign(t *testing.T) {
	dir := repository(t)
	foreign := t.TempDir()
	script := fmt.Sprintf("#!/bin/sh\nGIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec '%s' \"$@\"\n", readers.Path(t, "git"))
	if err := os.WriteFile(filepath.Join(foreign, "git"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", foreign+string(filepath.ListSeparator)+os.Getenv("PATH"))
	t.Setenv("HOME", t.TempDir())
	_, _, err := Find(t.Context(), dir, true, "main")
	if err == nil || !strings.Contains(err.Error(), "dubious ownership") || !strings.Contains(err.Error(), "git config --global --add safe.directory") {
		t.Errorf("%v", err)
	}
	out, e := exec.Command(readers.Path(t, "git"), "config", "--global", "--add", "safe.directory", "*").CombinedOutput()
	if e != nil {
		t.Fatalf("%v\n%s", e, out)
	}
	if got, err := content(t, dir, "main", odd); err != nil || got != "two" {
		t.Errorf("after marking it as safe: %q, %v", got, err)
	}
}

// TestAmbiguous rejects a name that is a branch and a tag.
func TestAmbiguous(t *testing.T) {
	dir := repository(t)
	git(t, dir, "tag", "main", "HEAD~1")
	git(t, dir, "config", "core.warnAmbiguousRefs", "false")
	for _, ref := range []string{"main", "main...HEAD", "main~0"} {
		if _, _, err := Find(t.Context(), dir, true, ref); err == nil || !strings.Contains(err.Error(), "write refs/heads/main for the branch or refs/tags/main for the tag") {
			t.Errorf("%s: %v", ref, err)
		}
	}
	for ref, want := range map[string]string{"refs/heads/main": "two", "refs/tags/main": "one"} {
		if got, err := content(t, dir, ref, odd); err != nil || got != want {
			t.Errorf("%s: %q, %v", ref, got, err)
		}
	}
}

// TestLookup reports words that are also commits.
func TestLookup(t *testing.T) {
	dir := repository(t)
	git(t, dir, "tag", "v1")
	id := git(t, dir, "rev-parse", "HEAD")
	for word, want := range map[string]string{
		"main": "refs/heads/main", "v1": "refs/tags/v1", id[:8]: id[:8] + "^{commit}", "HEAD": "refs/heads/main",
		"nothing": "", "-x": "", "a b": "", "old.json": "",
	} {
		if got, ok := Lookup(t.Context(), dir, true, word); got != want || ok != (want != "") {
			t.Errorf("%s: %q, %t, want %q", word, got, ok, want)
		}
	}
}

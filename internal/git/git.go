// Package git reads commits with the git program: [Find] resolves what a user
// calls a commit, and [Repository.Tree] is the files of one as an [fs.FS].
// Nothing is checked out, written or fetched, and git runs no other program.
package git

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// A Repository is where git runs.
type Repository struct {
	dir   string
	env   []string // see surroundings.go
	inner string   // the folder's path below the top of the working tree, "" or with a slash at its end
}

// Top is the folder that a commit's files are relative to.
func (r *Repository) Top() string {
	return filepath.Join(r.dir, strings.Repeat("../", strings.Count(r.inner, "/")))
}

// A Ref is a commit's tree, and a folder or a file in it.
type Ref struct {
	Name string // as the user writes it
	Tree string // the id of the commit's whole tree
	// Path is that in the tree that was named after a colon; where Named is
	// false, the folder that git was run in.
	Path  string
	Named bool
}

// Range parts A..B and A...B, as git diff takes them, into what is compared: A, or
// A...B for the last commit that A and B have in common, with B. An end that is
// left out is HEAD. What could be a path is not a range.
func Range(name string) (old, new string, ok bool) {
	if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "/") {
		return "", "", false
	}
	if a, b, ok := cut(name, "..."); ok {
		b = cmp.Or(b, "HEAD")
		return a + "..." + b, b, true
	}
	a, b, ok := cut(name, "..")
	if !ok || strings.HasSuffix(a, "/") || strings.HasPrefix(b, "/") {
		return "", "", false
	}
	return a, cmp.Or(b, "HEAD"), true
}

// Find resolves references in the repository around a folder, in one run of
// git: REV, REV:PATH for a folder or a file in it, and A...B for the commit that
// both have in common, which takes another run. The repository is that of the
// folder. GIT_DIR names it where the folder is in none, unless the user named the
// folder.
func Find(ctx context.Context, dir string, named bool, refs ...string) (*Repository, []Ref, error) {
	r, err := at(ctx, dir, named)
	if err != nil {
		return nil, nil, err
	}
	args := []string{"rev-parse", "--show-prefix"}
	found := make([]Ref, len(refs))
	for i, name := range refs {
		rev, path, inside := split(name)
		switch {
		case strings.HasPrefix(name, "-"):
			return nil, nil, fmt.Errorf("%s is not a reference: none starts with a dash", name)
		case rev == "":
			return nil, nil, fmt.Errorf("%s names no commit: write REFERENCE:FOLDER, or HEAD^{/TEXT} for a commit by its message", name)
		case strings.ContainsAny(name, "\x00\n"):
			return nil, nil, fmt.Errorf("%q is not a reference", name)
		}
		if a, b, ok := cut(rev, "..."); ok {
			common, err := r.base(ctx, a, cmp.Or(b, "HEAD"))
			if err != nil {
				return nil, nil, err
			}
			rev = common
		} else if _, _, ok := cut(rev, ".."); ok {
			return nil, nil, fmt.Errorf("%s is two commits, where one is needed", name)
		}
		found[i] = Ref{Name: name, Path: path, Named: inside}
		args = append(args, rev+"^{tree}")
	}
	out, warned, err := r.listen(ctx, append(args, "--")...)
	if err != nil {
		return nil, nil, r.explain(ctx, err, refs)
	}
	if err := ambiguous(warned); err != nil {
		return nil, nil, err
	}
	lines := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	lines = slices.DeleteFunc(lines, func(l string) bool { return l == "--" })
	if len(lines) != len(refs)+1 {
		return nil, nil, fmt.Errorf("%s: each side is one commit", strings.Join(refs, " "))
	}
	r.inner = lines[0]
	for i := range found {
		found[i].Tree = lines[i+1]
		switch ref := &found[i]; {
		case !ref.Named:
			ref.Path = strings.TrimSuffix(r.inner, "/")
		case strings.HasPrefix(ref.Path, "./"):
			ref.Path = r.inner + strings.TrimPrefix(ref.Path, "./")
		}
		found[i].Path = strings.Trim(found[i].Path, "/")
	}
	return r, found, nil
}

// base is the last commit that two have in common.
func (r *Repository) base(ctx context.Context, a, b string) (string, error) {
	out, warned, err := r.listen(ctx, "merge-base", "--end-of-options", a, b)
	if err == nil {
		if err := ambiguous(warned); err != nil {
			return "", err
		}
	}
	if found := r.explain(ctx, err, []string{a, b}); found != err {
		return "", found
	}
	var failed *failure
	if errors.As(err, &failed) {
		return "", fmt.Errorf("%s and %s have no commit in common%s", a, b, r.shallow(ctx))
	}
	return strings.TrimSpace(string(out)), err
}

// split parts REV:PATH at the first colon that is not inside of braces.
func split(name string) (rev, path string, inside bool) { return cut(name, ":") }

// cut is [strings.Cut] outside of braces, in which git has words: ^{/fix: it}.
func cut(name, at string) (before, after string, found bool) {
	depth := 0
	for i, c := range name {
		switch {
		case c == '{':
			depth++
		case c == '}':
			depth--
		case depth == 0 && strings.HasPrefix(name[i:], at):
			return name[:i], name[i+len(at):], true
		}
	}
	return name, "", false
}

// explain says why references did not resolve: which of them, or what is wrong
// with the repository.
func (r *Repository) explain(ctx context.Context, err error, refs []string) error {
	var failed *failure
	if !errors.As(err, &failed) {
		return err
	}
	if failed.outside() {
		return fmt.Errorf("%s is not a folder, file or reference: it does not exist here, and %s is in no git repository", strings.Join(refs, " "), r.dir)
	}
	// A repository of another user, or one that this git cannot read: git says what
	// to do, in several lines.
	if _, err := r.run(ctx, "rev-parse", "--git-dir"); errors.As(err, &failed) {
		return failed.whole()
	}
	for _, name := range refs {
		rev, _, _ := split(name)
		if _, err := r.run(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", rev+"^{tree}"); err == nil {
			continue
		}
		if _, err := r.run(ctx, "rev-parse", "--verify", "--quiet", "HEAD"); err != nil {
			return fmt.Errorf("no reference, folder or file %s; nothing is committed here yet", name)
		}
		return fmt.Errorf("no reference, folder or file %s%s", name, r.shallow(ctx))
	}
	return err
}

// shallow is what to say of a clone that lacks commits.
func (r *Repository) shallow(ctx context.Context) string {
	if out, err := r.run(ctx, "rev-parse", "--is-shallow-repository"); err == nil && strings.TrimSpace(string(out)) == "true" {
		return "; the clone is shallow, and git fetch --unshallow gets the rest"
	}
	return ""
}

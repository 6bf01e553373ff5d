// Package git reads commits with the git program: [Find] resolves the name of a commit,
// and [Repository.Tree] returns its files as an [fs.FS]. Nothing is checked out, written
// or fetched, and git does not run any other program.
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

// A Repository is a git repository, and the folder in which git runs.
type Repository struct {
	dir   string
	env   []string // environment of git, see surroundings.go
	inner string   // path of the folder below the top of the working tree: "" or with a trailing slash
}

// Top returns the folder to which the files of a commit are relative.
func (r *Repository) Top() string {
	return filepath.Join(r.dir, strings.Repeat("../", strings.Count(r.inner, "/")))
}

// A Ref is a commit's tree, and a folder or a file in it.
type Ref struct {
	Name string // as the user wrote it
	Tree string // object id of the commit's root tree
	// Path is the path that follows the colon in Name; if Named is false, there is no
	// colon, and Path is the folder in which git was run.
	Path  string
	Named bool
}

// Range splits A..B and A...B, which mean the same as for git diff, into the two sides of
// a comparison. For A...B, old is A...B and stands for the merge base. A missing end is
// HEAD. A name that could be a path is not a range.
func Range(name string) (old, new string, ok bool) {
	dots := "..."
	a, b, ok := cut(name, dots)
	if !ok {
		dots = ".."
		a, b, ok = cut(name, dots)
	}
	if !ok || a+b == "" || strings.HasPrefix(name, "/") || strings.HasPrefix(a, ".") || strings.HasSuffix(a, "/") || strings.HasPrefix(b, "/") {
		return "", "", false
	}
	a, b = cmp.Or(a, "HEAD"), cmp.Or(b, "HEAD")
	if dots == "..." {
		a += dots + b
	}
	return a, b, true
}

// Find resolves references in the repository that contains dir: REV, REV:PATH for a
// folder or file in a commit, and A...B for a merge base. If dir is not in a repository,
// GIT_DIR selects one, unless named reports that the user named dir.
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
			return nil, nil, fmt.Errorf("%s is not a reference: references do not start with a dash", name)
		case strings.HasPrefix(name, "^"):
			return nil, nil, fmt.Errorf("%s is not a reference: references do not start with ^ (HEAD^ is the parent of HEAD)", name)
		case rev == "":
			return nil, nil, fmt.Errorf("%s does not name a commit: write REFERENCE:FOLDER, or HEAD^{/TEXT} to find a commit by its message", name)
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
			return nil, nil, fmt.Errorf("%s names two commits, but only one is expected", name)
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
		return nil, nil, fmt.Errorf("%s: each side must be a single commit", strings.Join(refs, " "))
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

// base returns the merge base of two commits.
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

// split splits REV:PATH at the first colon that is not inside braces.
func split(name string) (rev, path string, inside bool) { return cut(name, ":") }

// cut is like [strings.Cut], but ignores text inside braces, such as ^{/fix: it}.
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

// explain returns an error that says why references did not resolve: which of them is
// unknown, or what is wrong with the repository.
func (r *Repository) explain(ctx context.Context, err error, refs []string) error {
	var failed *failure
	if !errors.As(err, &failed) {
		return err
	}
	if failed.outside() {
		return fmt.Errorf("%s is not a folder, file or reference: it does not exist here, and %s is not in a git repository", strings.Join(refs, " "), r.dir)
	}
	// If git cannot or will not read the repository, because it belongs to another user for
	// example, its message of several lines says what to do.
	if _, err := r.run(ctx, "rev-parse", "--git-dir"); errors.As(err, &failed) {
		return failed.whole()
	}
	for _, name := range refs {
		rev, _, _ := split(name)
		if _, err := r.run(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", rev+"^{tree}"); err == nil {
			continue
		}
		if _, err := r.run(ctx, "rev-parse", "--verify", "--quiet", "HEAD"); err != nil {
			return fmt.Errorf("no reference, folder or file %s; the repository has no commits yet", name)
		}
		return fmt.Errorf("no reference, folder or file %s%s", name, r.shallow(ctx))
	}
	return err
}

// shallow returns a hint for errors in a shallow clone.
func (r *Repository) shallow(ctx context.Context) string {
	if out, err := r.run(ctx, "rev-parse", "--is-shallow-repository"); err == nil && strings.TrimSpace(string(out)) == "true" {
		return "; the clone is shallow: git fetch --unshallow fetches the rest"
	}
	return ""
}

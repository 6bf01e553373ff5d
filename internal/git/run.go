package git

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
)

// A failure is git's error message.
type failure struct{ text string }

// Error returns the first line of the message.
func (f *failure) Error() string {
	first, _, _ := strings.Cut(f.text, "\n")
	return "git: " + first
}

// whole returns an error with the whole message.
func (f *failure) whole() error { return errors.New("git: " + f.text) }

// outside reports whether git found no repository.
func (f *failure) outside() bool { return strings.Contains(f.Error(), "not a git repository") }

// unnamed reports whether git found a repository that it uses only if GIT_DIR names it.
func (f *failure) unnamed() bool { return strings.Contains(f.Error(), "cannot use bare repository") }

func (r *Repository) run(ctx context.Context, args ...string) ([]byte, error) {
	out, _, err := r.listen(ctx, args...)
	return out, err
}

// listen runs git and returns its standard output and standard error.
func (r *Repository) listen(ctx context.Context, args ...string) (out []byte, messages string, err error) {
	cmd := r.command(ctx, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err = cmd.Output()
	if errors.Is(err, exec.ErrNotFound) {
		return nil, "", errors.New("git is not installed, and references need it; use folders or exported JSON instead")
	}
	messages = strings.TrimSpace(stderr.String())
	if err != nil {
		if messages == "" {
			messages = err.Error()
		}
		return nil, "", &failure{strings.TrimPrefix(messages, "fatal: ")}
	}
	return out, messages, nil
}

// ambiguous returns an error if git warned that a name is both a branch and a tag, in
// which case git chooses one.
func ambiguous(messages string) error {
	for line := range strings.Lines(messages) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "warning: refname "); ok && strings.HasSuffix(name, " is ambiguous.") {
			name = strings.Trim(strings.TrimSuffix(name, " is ambiguous."), "'")
			return fmt.Errorf("%[1]s is ambiguous; write refs/heads/%[1]s for the branch or refs/tags/%[1]s for the tag", name)
		}
	}
	return nil
}

// command returns a git command that does not write, fetch, prompt or page, and does not
// run programs that the repository's configuration names.
func (r *Repository) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "git", append([]string{
		"--no-pager", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.useReplaceRefs=false",
		"-c", "core.warnAmbiguousRefs=true", "-c", "advice.graftFileDeprecated=false", "-c", "advice.objectNameWarning=false",
	}, args...)...)
	cmd.Dir = r.dir
	cmd.Env = r.env
	return cmd
}

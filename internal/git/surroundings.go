package git

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// passed lists the variables that are passed on to git: those that locate programs,
// temporary files and the user's configuration, which lists safe repositories. No other
// variable can change what git reads from a commit.
var passed = []string{
	"PATH", "HOME", "XDG_CONFIG_HOME", "TMPDIR", "USER", "LOGNAME", "SUDO_UID", "LD_LIBRARY_PATH", "DEVELOPER_DIR",
	"GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_CONFIG_COUNT",
	"GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM",
	// Windows
	"SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "TEMP", "TMP", "USERPROFILE", "HOMEDRIVE", "HOMEPATH",
	"APPDATA", "LOCALAPPDATA", "PROGRAMDATA", "PROGRAMFILES", "PROGRAMFILES(X86)", "USERNAME",
}

// set lists variables that git always gets. They switch off replacements and grafts,
// among others, with which git would show other objects instead of the commit's own.
var set = []string{
	"LC_ALL=C", "GIT_NO_REPLACE_OBJECTS=1", "GIT_GRAFT_FILE=/dev/null",
	"GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0", "GIT_NO_LAZY_FETCH=1", "GIT_ALLOW_PROTOCOL=none",
}

// environment returns the environment of git, with the additional variables named in more.
func environment(more ...string) []string {
	env := slices.DeleteFunc(os.Environ(), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		if runtime.GOOS == "windows" {
			name = strings.ToUpper(name)
		}
		return !slices.Contains(passed, name) && !slices.Contains(more, name) &&
			!strings.HasPrefix(name, "GIT_CONFIG_KEY_") && !strings.HasPrefix(name, "GIT_CONFIG_VALUE_")
	})
	return append(env, set...)
}

// at returns the repository of a folder. In hooks, git sets GIT_DIR and other variables,
// but they may belong to an outer repository, and GIT_DIR without GIT_WORK_TREE makes git
// treat any folder as the top of the working tree. So they are used only if the folder is
// not in a repository and the user has not named it.
func at(ctx context.Context, dir string, named bool) (*Repository, error) {
	r := &Repository{dir: dir, env: environment()}
	if named || os.Getenv("GIT_DIR") == "" {
		return r, nil
	}
	var failed *failure
	out, err := r.run(ctx, "rev-parse", "--git-common-dir")
	switch {
	case errors.As(err, &failed) && (failed.outside() || failed.unnamed()):
		r.env = environment("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES")
	case err == nil && inQuarantine(dir, strings.TrimSuffix(string(out), "\n")):
		r.env = environment("GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES")
	case err != nil && failed == nil:
		return nil, err
	}
	return r, nil
}

// inQuarantine reports whether pushed objects have not been moved to the repository yet,
// as in a pre-receive hook.
func inQuarantine(dir, repository string) bool {
	quarantine := os.Getenv("GIT_QUARANTINE_PATH")
	if quarantine == "" {
		return false
	}
	if !filepath.IsAbs(repository) {
		repository = filepath.Join(dir, repository)
	}
	repository, err := filepath.Abs(repository)
	if err != nil {
		return false
	}
	below, err := filepath.Rel(real(repository), real(quarantine))
	return err == nil && filepath.IsLocal(below)
}

// real returns a path with links resolved, or unchanged if that fails.
func real(name string) string {
	if to, err := filepath.EvalSymlinks(name); err == nil {
		return to
	}
	return name
}

// Lookup reports whether a word names a commit in the repository that contains dir, and
// returns the unambiguous way to write it.
func Lookup(ctx context.Context, dir string, named bool, word string) (ref string, ok bool) {
	if strings.HasPrefix(word, "-") || strings.ContainsAny(word, "\x00\n") {
		return "", false
	}
	r, err := at(ctx, dir, named)
	if err != nil {
		return "", false
	}
	if _, err := r.run(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", word+"^{tree}"); err != nil {
		return "", false
	}
	out, _ := r.run(ctx, "rev-parse", "--symbolic-full-name", "--end-of-options", word)
	ref, _, _ = strings.Cut(strings.TrimPrefix(string(out), "--end-of-options\n"), "\n")
	if ref == "" || ref == word {
		ref = word + "^{commit}"
	}
	return ref, true
}

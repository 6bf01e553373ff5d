//go:build unix

package cli

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/portspec/portspec/internal/output"
)

// TestPermissions has folders and files that the user may not write or read. A run must leave
// only complete files, and the next run, with permissions restored, must complete the outputs.
func TestPermissions(t *testing.T) {
	base := t.TempDir()
	portspec := program(t, base)

	for i, c := range []struct {
		name   string
		path   string      // loses its permissions
		mode   fs.FileMode // its remaining permissions
		gone   []string    // deleted files, which have to be written
		args   string
		status int
		want   string
	}{
		{
			"an output folder", "out", 0o555,
			[]string{"out"},
			"generate", statusFailed, `^portspec: folder \S*/out: .*: permission denied\n$`,
		},
		{
			"where the output folder would be", ".", 0o555,
			[]string{"out"},
			"generate", statusFailed, `^portspec: folder \S*/workspace: mkdirat out: permission denied\n$`,
		},
		{
			"the folder of some outputs", "out/go/tool", 0o555,
			[]string{"out/ansible/vars/tool.yml", "out/go/tool/where.go"},
			"generate", statusFailed, `^portspec: folder \S*/out: .*go/tool/.*: permission denied\n$`,
		},
		{
			"an output", "out/mermaid/tool.mmd", 0, nil,
			"generate --check", statusFailed, `^portspec: folder \S*/out: .*mermaid/tool.mmd: permission denied\n$`,
		},
		{
			"where locks are", "../tmp", 0o555,
			[]string{"out/go/tool/where.go"},
			"generate", statusFailed, `^portspec: .*: permission denied; TMPDIR must be a writable folder\n$`,
		},
		{
			"a spec", "tool.cue", 0, nil,
			"vet", statusFindings, `^tool.cue: error PS1003: cannot read this file: permission denied\n`,
		},
		{
			"a folder of specs", "more", 0, nil,
			"vet", statusFailed, `^portspec: reading the workspace: .*more: permission denied\n$`,
		},
		{
			"where a spec is to be rewritten", "more", 0o555, nil,
			"fmt", statusFailed, `portspec: more/crooked.cue cannot be rewritten: .*: permission denied\n$`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := filepath.Join(base, strconv.Itoa(i), "workspace")
			completeWorkspace(t, dir)
			complete := snapshot(t, dir)
			for _, name := range c.gone {
				noError(t, os.RemoveAll(filepath.Join(dir, name)))
			}
			path := filepath.Join(dir, c.path)
			if c.mode != 0 {
				noError(t, os.MkdirAll(path, 0o755))
			}
			info, err := os.Stat(path)
			noError(t, err)
			noError(t, os.Chmod(path, c.mode))
			status, printed := runAsOther(t, portspec, dir, strings.Fields(c.args))
			noError(t, os.Chmod(path, info.Mode()))

			if status != c.status {
				t.Errorf("status %d, want %d", status, c.status)
			}
			if !regexp.MustCompile(c.want).MatchString(printed) {
				t.Errorf("it prints %q, want %s", printed, c.want)
			}
			for name, data := range snapshot(t, dir) {
				if want, ok := complete[name]; !ok || data != want && filepath.Base(name) != output.ManifestName {
					t.Errorf("it left %s, which is not an output", name)
				}
			}
			generateIn(t, dir)
			equal(t, snapshot(t, dir), complete)
		})
	}
}

// runAsOther runs portspec in a folder, and returns its status and output. Permissions do not
// apply to root, so root runs it as another user, which has a cache of its own.
func runAsOther(t *testing.T, portspec, dir string, args []string) (status int, printed string) {
	t.Helper()
	cmd := exec.Command(portspec, args...)
	cmd.Dir = dir
	kept := filepath.Join(scratch, "others")
	cmd.Env = append(os.Environ(), "TMPDIR="+filepath.Join(dir, "../tmp"), "NO_COLOR=1", "PORTSPEC_CACHE="+kept)
	if os.Getuid() == 0 {
		const nobody = 65534
		if err := os.Mkdir(kept, 0o700); err == nil {
			noError(t, os.Chown(kept, nobody, nobody))
			noError(t, os.Chmod(scratch, 0o711))
		}
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(out)
}

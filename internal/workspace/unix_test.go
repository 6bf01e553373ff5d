//go:build unix

package workspace

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/portspec/portspec/internal/diag"
)

// TestPipe has named pipes in place of files, to which nobody writes.
func TestPipe(t *testing.T) {
	root := outside(t)
	for _, name := range []string{"a/p.cue", "cue.mod/local-module.cue"} {
		if err := syscall.Mkfifo(filepath.Join(root, name), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if _, _, err := Open(root, "", Limits{}); !errors.Is(err, ErrIrregular) {
			t.Error(err)
		}
		if err := os.Remove(filepath.Join(root, "cue.mod/local-module.cue")); err != nil {
			t.Error(err)
		}
		s, _, err := Open(root, "", Limits{})
		if err != nil || len(s.Findings) != 1 || s.Findings[0].Code != diag.Unreadable {
			t.Error(s, err)
		}
		if _, err := ReadNamed(filepath.Join(root, "a/p.cue"), 1); !errors.Is(err, ErrIrregular) {
			t.Error(err)
		}
	}()
	select {
	case <-done:
	case <-time.After(time.Minute):
		t.Fatal("reading waits for a pipe")
	}
}

// TestForeign looks for a workspace as the user nobody, below folders of another user, of root
// and of its own.
func TestForeign(t *testing.T) {
	const nobody, other = 65534, 65533
	if dir := os.Getenv("PORTSPEC_TEST_FIND"); dir != "" {
		root, err := FindRoot(dir)
		t.Logf("found %q, %v", root, err)
		return
	}
	if os.Geteuid() != 0 {
		t.Skip("only root can change the owner of files")
	}
	for _, c := range []struct {
		folder, module, start int // their owners
		below                 bool
		want                  string
	}{
		{other, other, nobody, true, "belongs to another user (65533)"},
		{0, other, nobody, true, "belongs to another user (65533)"},
		{other, nobody, nobody, true, "belongs to another user (65533)"},
		{0, 0, nobody, true, "<nil>"},
		{nobody, nobody, nobody, true, "<nil>"},
		{other, other, other, true, "<nil>"}, // everything belongs to another user, whose folder this user named
		{other, other, other, false, "<nil>"},
	} {
		top, err := os.MkdirTemp("/tmp", "portspec-test-")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(top)
		root := filepath.Join(top, "root")
		dir := filepath.Join(root, "start")
		module := filepath.Join(root, "cue.mod")
		for name, owner := range map[string]int{root: c.folder, module: c.module, dir: c.start} {
			if err := errors.Join(os.MkdirAll(name, 0o755), os.Chown(name, owner, owner)); err != nil {
				t.Fatal(err)
			}
		}
		if err := errors.Join(os.Chmod(top, 0o755), os.Chown(root, c.folder, c.folder)); err != nil {
			t.Fatal(err)
		}
		from := dir
		if !c.below {
			from = root
		}
		program := filepath.Join(top, "test")
		data, err := os.ReadFile(os.Args[0])
		if err != nil || os.WriteFile(program, data, 0o755) != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(program, "-test.run=TestForeign", "-test.v")
		cmd.Dir = top
		cmd.Env = append(os.Environ(), "PORTSPEC_TEST_FIND="+from)
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		out, err := cmd.CombinedOutput()
		if err != nil || !strings.Contains(string(out), c.want) {
			t.Errorf("%+v: %v, %s", c, err, out)
		}
	}
}

package readers

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// Ansible is like [Run], for a program of Ansible such as ansible-playbook. Most of the time of
// a run would be spent on reading code, so one process reads it once for all runs. Ansible's
// settings are the same in all of them; tests can only set variables and arguments.
func Ansible(t testing.TB, dir, program string, args ...string) string {
	t.Helper()
	out, err := TryAnsible(t, dir, program, args...)
	if err != nil {
		t.Fatalf("%s %q in %s: %v\n%s", program, args, dir, err, out)
	}
	return out
}

// TryAnsible is like [Ansible], for a program that may fail.
func TryAnsible(t testing.TB, dir, program string, args ...string) (string, error) {
	t.Helper()
	home, err := startAnsible()
	if err != nil {
		t.Fatalf("Ansible does not start: %v; run make test, or internal/readers/install.sh", err)
	}
	cmd := exec.Command(filepath.Join(Dir(), "forks-call.py"), append([]string{home.path + "/socket", Path(t, program)}, args...)...)
	cmd.Dir, cmd.Env = dir, home.environment()
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err = cmd.Run()
	return out.String(), err
}

// A home is the home directory of Ansible's programs.
type home struct {
	path string
	open io.Closer // When this process ends, so do ansible.sh and the folder.
}

// startAnsible starts a process that reads the code of Ansible and forks for each run.
var startAnsible = sync.OnceValues(func() (*home, error) {
	path, err := os.MkdirTemp("/dev/shm", "ansible") // in memory, if this system has that
	if err != nil {
		path, err = os.MkdirTemp("", "ansible")
	}
	if err == nil {
		// By default, Ansible looks for results a thousand times a second.
		err = os.WriteFile(path+"/ansible.cfg", []byte("[defaults]\ninternal_poll_interval = 0.01\n"), 0o666)
	}
	if err != nil {
		return nil, err
	}
	h := &home{path: path}
	cmd := exec.Command("sh", filepath.Join(Dir(), "ansible.sh"))
	cmd.Env, cmd.Stderr = h.environment(), os.Stderr
	if h.open, err = cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return nil, err
	}
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		return nil, fmt.Errorf("ansible.sh: %w", err)
	}
	return h, nil
})

// environment is that of programs of Ansible, without settings of this machine and its user.
func (h *home) environment() []string {
	return append(os.Environ(),
		"HOME="+h.path, "ANSIBLE_HOME="+h.path+"/.ansible", "ANSIBLE_LOCAL_TEMP="+h.path+"/tmp", "ANSIBLE_CONFIG="+h.path+"/ansible.cfg",
		"ANSIBLE_LOCALHOST_WARNING=False", "ANSIBLE_RETRY_FILES_ENABLED=False", "ANSIBLE_NOCOLOR=1", "NO_COLOR=1", "LC_ALL=C.UTF-8",
	)
}

package prove

import (
	"bufio"
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"

	"github.com/portspec/portspec/gen"
)

// Firewalld consists of the files of /etc/firewalld, except firewalld.conf.
type Firewalld []gen.File

// Load implements [Rules]. It runs firewalld's own code without the daemon, which needs
// D-Bus and the system's folders.
func (f Firewalld) Load(ctx context.Context, at Network) error {
	files := map[string]string{"firewalld.conf": "DefaultZone=portspec\nFirewallBackend=nftables\n"}
	for _, file := range f {
		files[file.Path] = string(file.Data)
	}
	return code.set(ctx, at.Path(), files)
}

//go:embed firewalld.py
var firewalldScript string

// code sets all rules of firewalld.
var code firewalldCode

// firewalldCode is a process with firewalld's code. It is started when it is first needed, and
// ends when its standard input does, with this process.
type firewalldCode struct {
	mu     sync.Mutex
	cmd    *exec.Cmd // nil if it does not run
	in     io.WriteCloser
	out    *bufio.Reader
	stderr *bytes.Buffer
}

// set sets the files in a network namespace.
func (c *firewalldCode) set(ctx context.Context, network string, files map[string]string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cmd == nil {
		if err := c.start(); err != nil {
			return fmt.Errorf("firewalld: %w", err)
		}
	}
	stop := context.AfterFunc(ctx, func() { _ = c.cmd.Process.Kill() })
	complaints, err := c.ask(network, files)
	if !stop() || err != nil {
		_ = c.in.Close()
		_ = c.cmd.Wait()
		c.cmd = nil
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("firewalld: %w\n%s", err, bytes.TrimSpace(c.stderr.Bytes()))
	}
	if len(complaints) > 0 {
		return errors.New("firewalld: " + strings.Join(complaints, "\n"))
	}
	return nil
}

func (c *firewalldCode) start() error {
	// Debian's packages are for Debian's Python, which may not be the first in the PATH.
	cmd := exec.Command("/usr/bin/python3", "-I", "-c", firewalldScript)
	c.stderr = &bytes.Buffer{}
	cmd.Stderr = c.stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if c.in, err = cmd.StdinPipe(); err != nil {
		return err
	}
	c.out = bufio.NewReader(out)
	if err := cmd.Start(); err != nil {
		return err
	}
	c.cmd = cmd
	return nil
}

// ask has the process set files, and returns firewalld's complaints.
func (c *firewalldCode) ask(network string, files map[string]string) (complaints []string, err error) {
	err = json.NewEncoder(c.in).Encode(struct {
		Network string            `json:"network"`
		Files   map[string]string `json:"files"`
	}{network, files})
	if err != nil {
		return nil, err
	}
	line, err := c.out.ReadBytes('\n')
	if err != nil {
		return nil, err
	}
	return complaints, json.Unmarshal(line, &complaints)
}

package readers

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A Namespace has a network of its own with one firewall in it, and copies of the folders
// that the firewall writes to.
type Namespace struct {
	Firewall string
	pid      string
}

// NewNamespace starts a namespace that ends with the test. The firewall is nftables, iptables,
// ufw or firewalld. If network is "", the namespace has a network of its own, with rules of
// other programs. Otherwise network is the path of a network namespace, in which the firewall
// does nothing yet. The namespace's [Python] has imported the modules.
func NewNamespace(t *testing.T, firewall, network string, modules ...string) *Namespace {
	t.Helper()
	program := firewall
	if program == "nftables" {
		program = "nft"
	}
	for _, program := range []string{"ip", "unshare", "nsenter", program} {
		Path(t, program)
	}
	script := filepath.Join(Dir(), "namespace.sh")
	start := []string{"unshare", "--net", "--mount", "sh", script, firewall, "own"}
	if network != "" {
		start = []string{"nsenter", "--net=" + network, "unshare", "--mount", "sh", script, firewall, "bare"}
	}
	start = append(start, modules...)
	cmd := exec.Command(asRoot[0], append(asRoot[1:], start...)...)
	cmd.Stderr = t.Output()
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("%v; run make test, or internal/readers/install.sh", err)
	}
	t.Cleanup(func() {
		in.Close()
		_ = cmd.Wait()
	})
	pid, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("%s does not start: %v; run make test, or internal/readers/install.sh", firewall, err)
	}
	return &Namespace{firewall, strings.TrimSpace(pid)}
}

// InNetwork runs a shell script in dir, as root of a network namespace of its own, and returns
// what it prints. The test fails if the script does, or if one of the programs is missing. What
// the script started in the background ends with it, and writes no more files.
func InNetwork(t testing.TB, dir, script string, programs ...string) string {
	t.Helper()
	for _, program := range programs {
		Path(t, program)
	}
	return Run(t, dir, "unshare", "--map-root-user", "--net", "--mount", "--pid", "--kill-child", "sh", "-c", "set -eu\nPATH=$PATH:/usr/sbin:/sbin\n"+script)
}

// asRoot are the words before a command that only root may run.
var asRoot = func() []string {
	if os.Geteuid() == 0 {
		return []string{"env"}
	}
	return []string{"sudo", "-n"}
}()

// Python is a Python in a namespace that runs scripts from standard input.
const Python = "/run/python"

// Enter returns a command that runs another in the namespace.
func (n *Namespace) Enter(command ...string) []string {
	return slices.Concat(asRoot, []string{"nsenter", "--target", n.pid, "--net", "--mount", "--"}, command)
}

// Run runs a shell script in the namespace, and returns what it prints.
func (n *Namespace) Run(t *testing.T, script string) string {
	t.Helper()
	words := n.Enter("sh", "-c", script)
	return Run(t, ".", words[0], words[1:]...)
}

package prove

import (
	_ "embed"
	"encoding/json"

	"github.com/portspec/portspec/gen"
)

// NFTables is a ruleset as nft -f reads it.
type NFTables []byte

// Load implements [Rules].
func (text NFTables) Load(run Runner) error { return run(string(text), "nft", "-f", "-") }

// IPTables is chains as iptables-restore and ip6tables-restore read them.
type IPTables struct{ V4, V6 []byte }

// Load implements [Rules]. The chains are called from INPUT and OUTPUT once.
func (t IPTables) Load(run Runner) error {
	for _, of := range []struct {
		program string
		text    []byte
	}{{"iptables", t.V4}, {"ip6tables", t.V6}} {
		if err := run(string(of.text), of.program+"-restore", "-w", "--noflush"); err != nil {
			return err
		}
		for _, direction := range []string{"IN", "OUT"} {
			call := []string{direction + "PUT", "-j", "PORTSPEC-" + direction}
			if run("", of.program, append([]string{"-w", "-C"}, call...)...) == nil {
				continue
			}
			if err := run("", of.program, append([]string{"-w", "-I"}, call...)...); err != nil {
				return err
			}
		}
	}
	return nil
}

// Firewalld is the files of /etc/firewalld, except firewalld.conf.
type Firewalld []gen.File

//go:embed firewalld.py
var firewalldScript string

// Load implements [Rules]. It runs firewalld's own code without the daemon, which needs
// D-Bus and the system's folders.
func (f Firewalld) Load(run Runner) error {
	files := map[string]string{"firewalld.conf": "DefaultZone=portspec\nFirewallBackend=nftables\n"}
	for _, file := range f {
		files[file.Path] = string(file.Data)
	}
	input, err := json.Marshal(files)
	if err != nil {
		return err
	}
	// Debian's packages are for Debian's Python, which may not be the first in the PATH.
	return run(string(input), "/usr/bin/python3", "-I", "-c", firewalldScript)
}

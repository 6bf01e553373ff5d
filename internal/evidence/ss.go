package evidence

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// A Listener is a socket that waits for connections or packets.
type Listener struct {
	Transport string // tcp or udp
	// Address is the address that the socket is bound to. The unspecified address of IPv4 or
	// IPv6 means all of that family; the zero value means all of both.
	Address netip.Addr
	Port    int
	Program string // "" if it is not known
	File    string // the evidence
}

// readSS reads what ss -tulpn prints, with a header or without, and also ss -tln and ss
// -uln. Sockets that do not listen are left out.
func readSS(f *File, data []byte) error {
	f.Listed = make(map[string]bool)
	number := 0
	for line := range bytes.Lines(data) {
		number++
		words := strings.Fields(string(line))
		if len(words) == 0 || isSSHeader(words) {
			continue
		}
		if err := f.ssLine(words); err != nil {
			return fmt.Errorf("line %d: %w", number, err)
		}
	}
	if len(f.Listeners) == 0 {
		return errors.New("it lists no sockets; save the output of ss -tulpn, run as root")
	}
	return nil
}

func isSSHeader(words []string) bool {
	return slices.Contains(words, "State") && slices.Contains(words, "Local")
}

// ssStates are the states that ss prints.
var ssStates = []string{"LISTEN", "UNCONN", "ESTAB", "SYN-SENT", "SYN-RECV", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT", "CLOSE-WAIT", "LAST-ACK", "CLOSING", "CLOSED"}

func isSSState(s string) bool { return slices.Contains(ssStates, s) }

func (f *File) ssLine(words []string) error {
	transport := ""
	if !isSSState(words[0]) {
		transport = words[0]
		if words = words[1:]; len(words) == 0 || !isSSState(words[0]) {
			return fmt.Errorf("%q is not a socket as ss prints it, or the line is truncated", transport)
		}
	} else if transport = map[string]string{"LISTEN": "tcp", "UNCONN": "udp"}[words[0]]; transport == "" {
		return nil
	}
	state := words[0]
	// State, two queues, address, peer.
	if len(words) < 5 || !strings.Contains(words[4], ":") || strings.HasSuffix(words[4], ":") {
		return errors.New("the line is truncated")
	}
	if rest := strings.Join(words[5:], " "); strings.HasPrefix(rest, "users:((") && !strings.Contains(rest, "))") {
		return errors.New("the line is truncated")
	}
	if transport != "tcp" && transport != "udp" || state != "LISTEN" && state != "UNCONN" || state == "LISTEN" != (transport == "tcp") {
		return nil
	}
	l := Listener{Transport: transport, Program: ssProgram(words[5:]), File: f.Name}
	at := strings.LastIndexByte(words[3], ':')
	if at < 0 {
		return fmt.Errorf("%q is not an address with a port", words[3])
	}
	port, err := strconv.ParseUint(words[3][at+1:], 10, 16)
	if err != nil {
		return fmt.Errorf("%q has a name instead of a port number; save the output of ss -tulpn, which has the option -n", words[3])
	}
	l.Port = int(port)
	if l.Address, err = ssAddress(words[3][:at]); err != nil {
		return err
	}
	f.Listeners = append(f.Listeners, l)
	f.Listed[transport] = true
	return nil
}

// ssAddress reads an address as ss prints it: * for a socket of both families, and %lo
// after an address for an interface.
func ssAddress(s string) (netip.Addr, error) {
	name, _, _ := strings.Cut(s, "%")
	name = strings.TrimSuffix(strings.TrimPrefix(name, "["), "]")
	switch name {
	case "*", "::":
		if s[0] != '[' { // [::] is only IPv6; old versions print :: for both
			return netip.Addr{}, nil
		}
	}
	a, err := netip.ParseAddr(name)
	if err != nil {
		return netip.Addr{}, fmt.Errorf("%q is not an address", s)
	}
	return a.Unmap(), nil
}

// ssProgram returns the name in users:(("sshd",pid=612,fd=3)).
func ssProgram(words []string) string {
	for _, w := range words {
		if rest, ok := strings.CutPrefix(w, `users:(("`); ok {
			name, _, _ := strings.Cut(rest, `"`)
			return name
		}
	}
	return ""
}

package audit

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy/policytest"
	"github.com/portspec/portspec/internal/readers"
)

// verdicts are those of a report about listeners: "missing tcp 8443".
func verdicts(r *Report) []string {
	var all []string
	for _, x := range r.Things {
		if x.About == "listener" && x.Verdict != Covered {
			all = append(all, string(x.Verdict)+" "+x.What)
		}
	}
	return all
}

// listensOn has the sockets of a host listen, as transport, address and port.
func listensOn(h *model.Deployed, but ...int) []string {
	var all []string
	for _, s := range h.Sockets {
		for _, r := range s.Ports {
			at := "*"
			if s.Bind == "loopback" {
				at = "127.0.0.1"
			}
			if line := fmt.Sprintf("%s %s %d", s.Transport, at, r.From); !slices.Contains(but, r.From) && !slices.Contains(all, line) {
				all = append(all, line)
			}
		}
	}
	return all
}

// rig opens listeners in a network namespace of a host, and prints what a command says of
// them.
func rig(t *testing.T, h *model.Deployed, listeners []string, command string) string {
	t.Helper()
	dir := t.TempDir()
	script := "ip link set lo up\n"
	for _, a := range h.Addresses {
		script += "ip addr add " + a + " dev lo\n"
	}
	script += "python3 listen.py &\nwhile ! [ -e ready ]; do sleep 0.05; done\n" + command
	listen := `import socket, time
kept = []
for line in open("listeners"):
    transport, address, port = line.split()
    v6 = ":" in address or address == "*"
    s = socket.socket(socket.AF_INET6 if v6 else socket.AF_INET, socket.SOCK_STREAM if transport == "tcp" else socket.SOCK_DGRAM)
    if v6:
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0 if address == "*" else 1)
    s.bind(("::" if address == "*" else address, int(port)))
    if transport == "tcp":
        s.listen()
    kept.append(s)
open("ready", "w").close()
time.sleep(60)
`
	for name, text := range map[string]string{"listen.py": listen, "listeners": strings.Join(listeners, "\n") + "\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return readers.InNetwork(t, dir, script, "ss", "nmap", "ip", "python3")
}

// TestListeners compares what ss prints of real sockets.
func TestListeners(t *testing.T) {
	t.Parallel()
	d := policytest.Office(t, "listed")
	h := d.Host("ums")
	for _, x := range []struct {
		name      string
		listeners []string
		want      []string
	}{
		{"all is there", append(listensOn(h), "tcp 0.0.0.0 22", "tcp 127.0.0.1 5000", "udp ::1 5001"), nil},
		{"one is missing", listensOn(h, 8443), []string{"missing tcp 8443"}},
		{"on the loopback address", append(listensOn(h, 8443), "tcp 127.0.0.1 8443"), []string{"wrong address tcp 127.0.0.1:8443 (python3)"}},
		{"on one address", append(listensOn(h, 8443), "tcp 10.1.0.11 8443"), []string{"wrong address tcp 8443"}},
		{"of IPv4 alone", append(listensOn(h, 8443), "tcp 0.0.0.0 8443"), []string{"wrong address tcp 8443"}},
		{"of each family", append(listensOn(h, 8443), "tcp 0.0.0.0 8443", "tcp :: 8443"), nil},
		{"one more", append(listensOn(h), "tcp * 9999", "udp 10.1.0.11 9999"), []string{"undocumented tcp *:9999 (python3)", "undocumented udp 10.1.0.11:9999 (python3)"}},
	} {
		t.Run(x.name, func(t *testing.T) {
			r := run(t, d, "ums", machine(t, rig(t, h, x.listeners, "ss -tulpn")), Options{Partial: true})
			if got := verdicts(r); !slices.Equal(got, x.want) {
				t.Errorf("got %q, want %q", got, x.want)
			}
		})
	}
}

// TestOneTransport has no evidence of UDP, so nothing is known of its sockets.
func TestOneTransport(t *testing.T) {
	t.Parallel()
	d := policytest.Office(t, "listed")
	r := run(t, d, "ums", machine(t, rig(t, d.Host("ums"), listensOn(d.Host("ums")), "ss -tlpn")), Options{})
	agrees, unknown := r.Agrees()
	if !agrees || !unknown {
		t.Errorf("agrees %t, unknown %t: %q", agrees, unknown, verdicts(r))
	}
	for _, x := range r.Things {
		if x.Verdict == CannotTell && !strings.HasPrefix(x.What, "udp ") {
			t.Errorf("%+v", x)
		}
	}
}

// TestScanned compares what the real nmap finds.
func TestScanned(t *testing.T) {
	t.Parallel()
	d := policytest.Office(t, "listed")
	h := d.Host("ums")
	scan := func(listeners []string, flags string) *Report {
		return run(t, d, "ums", machine(t, rig(t, h, listeners, "nmap -n -Pn "+flags+" 10.1.0.11 -oX -")), Options{})
	}
	all := scan(append(listensOn(h), "tcp * 22"), "-sT -p 1-65535 --min-rate 20000")
	if got := verdicts(all); len(got) > 0 {
		t.Errorf("all is there: %q", got)
	}
	if len(all.Things) < 3 {
		t.Errorf("only %d things", len(all.Things))
	}
	some := scan(append(listensOn(h, 8443), "tcp * 9999"), "-sT -p 8443,9999")
	for _, want := range []string{"missing tcp 8443", "undocumented tcp 9999"} {
		if !slices.Contains(verdicts(some), want) {
			t.Errorf("no %q in %q", want, verdicts(some))
		}
	}
	if got := verdicts(some); !slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, "cannot tell tcp ") }) {
		t.Errorf("it is known what nmap did not try: %q", got)
	}
	udp := scan(listensOn(h), "-sU -p 6155,30005")
	for _, x := range udp.Things {
		if x.Verdict != CannotTell {
			t.Errorf("no answer is no evidence: %+v", x)
		}
	}
}

// TestOtherHost has evidence of another machine.
func TestOtherHost(t *testing.T) {
	d := policytest.Office(t, "listed")
	for _, x := range []struct{ evidence, want string }{
		{"tcp LISTEN 0 5 10.1.0.12:22 0.0.0.0:*\n", "the evidence is from host database"},
		{`<nmaprun><host><status state="up"/><address addr="10.1.0.12" addrtype="ipv4"/></host><runstats><finished exit="success"/></runstats></nmaprun>`, "nmap scanned 10.1.0.12, and host ums has 10.1.0.11, 2001:db8::11"},
		{`{"t": [{"LocalAddress": "0.0.0.0", "LocalPort": 1, "State": 2}], "i": [{"IPAddress": "10.7.7.7", "PrefixLength": 24}]}`, "the evidence is from another machine"},
	} {
		_, err := Run(d, d.Host("ums"), machine(t, x.evidence), Options{})
		if err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("got %v, want %q", err, x.want)
		}
	}
}

package resolve_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"syscall"
	"testing"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/readers"
	"github.com/portspec/portspec/internal/resolve"
)

// binding is an environment variable that makes the test binary a program that binds sockets,
// which the test runs in a network namespace.
const binding = "PORTSPEC_TEST_BIND"

// A bind is a socket to open.
type bind struct {
	Transport string // tcp or udp
	Port      int
	Loopback  bool // otherwise any address
}

// binds has the sockets to open in the namespace: those of Hold stay open, and those of Try are
// opened and closed one by one.
type binds struct{ Hold, Try []bind }

func TestMain(m *testing.M) {
	if text := os.Getenv(binding); text != "" {
		var b binds
		if err := json.Unmarshal([]byte(text), &b); err != nil {
			panic(err)
		}
		json.NewEncoder(os.Stdout).Encode(b.do())
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// do opens the sockets and returns, for each, "" or the error.
func (b binds) do() []string {
	var results []string
	try := func(s bind, keep bool) {
		address := net.JoinHostPort(map[bool]string{true: "127.0.0.1", false: "0.0.0.0"}[s.Loopback], strconv.Itoa(s.Port))
		var socket interface{ Close() error }
		var err error
		if s.Transport == "udp" {
			socket, err = net.ListenPacket("udp4", address)
		} else {
			socket, err = net.Listen("tcp4", address)
		}
		switch {
		case errors.Is(err, syscall.EADDRINUSE):
			results = append(results, "in use")
		case err != nil:
			results = append(results, err.Error())
		default:
			results = append(results, "")
			if !keep {
				socket.Close()
			}
		}
	}
	for _, s := range b.Hold {
		try(s, true)
	}
	for _, s := range b.Try {
		try(s, false)
	}
	return results
}

// inNamespace opens sockets in an empty network namespace.
func inNamespace(t *testing.T, b binds) (held, tried []string) {
	t.Helper()
	for _, program := range []string{"unshare", "ip"} {
		readers.Path(t, program)
	}
	args := []string{"-n", "sh", "-c", `ip link set lo up && exec "$0"`, os.Args[0]}
	if os.Getuid() != 0 {
		args = append([]string{"-r"}, args...) // root in a user namespace, to bind ports below 1024
	}
	cmd := exec.Command("unshare", args...)
	cmd.Env = append(os.Environ(), binding+"="+toJSON(t, b))
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("unshare %q: %v", args, err)
	}
	var results []string
	if err := json.Unmarshal(out, &results); err != nil {
		t.Fatal(err)
	}
	return results[:len(b.Hold)], results[len(b.Hold):]
}

// TestSocketsOpen opens the sockets of the small site on Linux. Those that portspec accepts can
// be open together. Another socket, on any address or on loopback, can be opened if and only if
// portspec accepts it.
func TestSocketsOpen(t *testing.T) {
	c := catalog(t)
	s := example(t, "small")
	for id, h := range s.Hosts {
		h.OS = "linux"
		s.Hosts[id] = h
	}
	d, found := resolve.Site(c, s.model())
	if found.HasErrors() {
		t.Fatal(found)
	}
	opened, refused, free := 0, 0, 0
	for _, h := range d.Hosts {
		var b binds
		var ports []int
		for _, socket := range h.Sockets {
			if socket.Dynamic || socket.Transport != "tcp" && socket.Transport != "udp" {
				continue
			}
			for _, r := range socket.Ports {
				for n := r.From; n <= r.To; n++ {
					// Listeners that share a socket open it once.
					if one := (bind{socket.Transport, n, socket.Bind == "loopback"}); !slices.Contains(b.Hold, one) {
						b.Hold = append(b.Hold, one)
					}
					if !slices.Contains(ports, n) {
						ports = append(ports, n)
					}
				}
			}
		}
		for _, n := range append(ports, 7) { // 7 is free
			for _, transport := range []string{"tcp", "udp"} {
				b.Try = append(b.Try, bind{transport, n, false}, bind{transport, n, true})
			}
		}
		held, tried := inNamespace(t, b)
		for i, s := range b.Hold {
			if opened++; held[i] != "" {
				t.Errorf("%s: %+v cannot be opened with the others: %s", h.ID, s, held[i])
			}
		}
		for i, try := range b.Try {
			want := ""
			if collides(t, c, s, h.ID, try) {
				want = "in use"
				refused++
			} else {
				free++
			}
			if tried[i] != want {
				t.Errorf("%s: another %+v: portspec expects %q, Linux reports %q", h.ID, try, want, tried[i])
			}
		}
	}
	t.Logf("%d sockets are open together; of other sockets, %d collide and %d do not", opened, refused, free)
	if opened == 0 || refused == 0 || free == 0 {
		t.Error("no socket, no collision or no other socket was tried")
	}
}

// collides reports whether portspec rejects a host with one more socket.
func collides(t *testing.T, c *model.Catalog, s *site, host string, b bind) bool {
	t.Helper()
	with := *c
	l := &model.Listener{ID: "second", Transports: []string{b.Transport}, Bind: "any", PortStatement: model.PortStatement{Ports: []model.PortRange{{From: b.Port, To: b.Port}}}}
	if b.Loopback {
		l.Bind = "loopback"
	}
	with.Products = append(slices.Clone(c.Products), &model.Product{
		ID: "second", Components: []*model.Component{{ID: "owner", Name: "Second owner", Kind: model.Software, Listeners: []*model.Listener{l}}},
	})
	other := s.clone(t)
	h := other.Hosts[host]
	h.Runs = append(h.Runs, "second/owner")
	other.Hosts[host] = h
	_, found := resolve.Site(&with, other.model())
	for _, f := range found {
		if f.Severity == diag.Error && f.Code != "PS2202" {
			t.Fatal(fmt.Errorf("%s: %s", f.Code, f.Message))
		}
	}
	return found.HasErrors()
}

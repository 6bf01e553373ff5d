package prove

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/portspec/portspec/internal/model"
)

// A Rig is the two namespaces for a host, and the packets to send between them.
type Rig struct {
	world, host *namespace
	listeners   []interface{ Close() error }
	probes      []Probe
	fixed       map[int]bool // source ports that probes name
	sent        uint32       // number of packets
}

// Namespaces returns the paths of the network namespaces, for programs that set the firewall
// of the host, or reach it from the rest of the world.
func (r *Rig) Namespaces() (host, world string) { return r.host.Path(), r.world.Path() }

// Path implements [Network].
func (n *namespace) Path() string { return fmt.Sprintf("/proc/%d/fd/%d", os.Getpid(), n.file.Fd()) }

// A namespace is a network namespace, kept alive by an open file.
type namespace struct{ file *os.File }

// newNamespace creates an empty namespace.
func newNamespace() (*namespace, error) {
	var n *namespace
	err := onThread(func() (err error) {
		if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
			return fmt.Errorf("creating a network namespace: %w", err)
		}
		n = &namespace{}
		n.file, err = os.Open(fmt.Sprintf("/proc/self/task/%d/ns/net", unix.Gettid()))
		return err
	})
	return n, err
}

// do runs a function on a thread inside the namespace; files that it opens stay in the
// namespace.
func (n *namespace) do(f func() error) error {
	return onThread(func() error {
		if err := n.enter(); err != nil {
			return err
		}
		return f()
	})
}

// enter moves the calling thread into the namespace.
func (n *namespace) enter() error {
	if err := unix.Setns(int(n.file.Fd()), unix.CLONE_NEWNET); err != nil {
		return fmt.Errorf("entering a network namespace: %w", err)
	}
	return nil
}

// onThread runs a function on a thread that ends with it, so that no other goroutine runs
// in its namespace.
func onThread(f func() error) error {
	done := make(chan error)
	go func() {
		runtime.LockOSThread()
		done <- f()
	}()
	return <-done
}

// Run implements [Network].
func (n *namespace) Run(ctx context.Context, input, program string, args ...string) error {
	return n.do(func() error {
		path, err := lookPath(program)
		if err != nil {
			return err
		}
		cmd := exec.CommandContext(ctx, path, args...)
		cmd.Stdin = strings.NewReader(input)
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("%s: %w\n%s", program, err, bytes.TrimSpace(out.Bytes()))
		}
		return nil
	})
}

// lookPath finds a program that may be in the PATH of root only.
func lookPath(program string) (string, error) {
	for _, name := range []string{program, "/usr/sbin/" + program, "/sbin/" + program} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("prove needs the program %s; install it (Debian: apt install iproute2 nftables iptables firewalld)", program)
}

// newRig creates the namespaces of a host and of peers.
func newRig(ctx context.Context, own, peers []netip.Addr) (*Rig, error) {
	r := &Rig{}
	var err error
	if r.world, err = newNamespace(); err != nil {
		return nil, err
	}
	if r.host, err = newNamespace(); err != nil {
		r.Close()
		return nil, err
	}
	if err := r.wire(ctx, own, peers); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

// wire connects the two namespaces, and gives them their addresses. The host reaches everybody
// through one router with a link-local address, so neighbour discovery must work as well.
func (r *Rig) wire(ctx context.Context, own, peers []netip.Addr) error {
	const hostMAC, worldMAC = "02:00:00:00:00:02", "02:00:00:00:00:01"
	var world, host strings.Builder
	fmt.Fprintf(&world, "link set lo up\n")
	fmt.Fprintf(&world, "link add world address %s type veth peer name host address %s netns %s\n", worldMAC, hostMAC, r.host.Path())
	fmt.Fprintf(&world, "link set world addrgenmode none\nlink set world up\n")
	fmt.Fprintf(&world, "addr add 169.254.0.1/32 dev world\naddr add fe80::1/64 dev world nodad\n")
	for _, a := range peers {
		fmt.Fprintf(&world, "route add local %s dev lo\n", a)
	}
	fmt.Fprintf(&host, "link set lo up\nlink set host addrgenmode none\nlink set host up\n")
	fmt.Fprintf(&host, "addr add fe80::2/64 dev host nodad\n")
	for _, a := range own {
		fmt.Fprintf(&world, "route add %s dev world\n", a)
		if a.Is4() {
			fmt.Fprintf(&world, "neigh add %s lladdr %s dev world nud permanent\n", a, hostMAC)
			fmt.Fprintf(&host, "addr add %s/32 dev host\n", a)
		} else {
			fmt.Fprintf(&host, "addr add %s/128 dev host nodad\n", a)
		}
	}
	fmt.Fprintf(&host, "neigh add 169.254.0.1 lladdr %s dev host nud permanent\n", worldMAC)
	fmt.Fprintf(&host, "route add default via 169.254.0.1 dev host onlink\nroute add ::/0 via fe80::1 dev host\n")
	if err := r.world.Run(ctx, world.String(), "ip", "-batch", "-"); err != nil {
		return err
	}
	if err := r.host.Run(ctx, host.String(), "ip", "-batch", "-"); err != nil {
		return err
	}
	for _, n := range []*namespace{r.world, r.host} {
		if err := n.do(settings); err != nil {
			return err
		}
	}
	if err := r.world.do(func() error { return running(ctx, "world") }); err != nil {
		return err
	}
	return r.host.do(func() error { return running(ctx, "host") })
}

// running waits until the system has noticed that a link is up: on a busy machine it takes
// a while, and until then all packets are dropped.
func running(ctx context.Context, name string) error {
	for range 1000 {
		link, err := net.InterfaceByName(name)
		if err != nil {
			return err
		}
		if link.Flags&net.FlagRunning != 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
	return fmt.Errorf("the link %s does not come up", name)
}

// settings changes a namespace so that refusals are not rate-limited and sources are not
// compared with routes.
func settings() error {
	for name, value := range map[string]string{
		"ipv4/icmp_ratelimit": "0", "ipv6/icmp/ratelimit": "0", "ipv4/icmp_msgs_per_sec": "1000000", "ipv4/icmp_msgs_burst": "1000000",
		"ipv4/conf/all/rp_filter": "0", "ipv4/conf/default/rp_filter": "0",
		"ipv4/ip_nonlocal_bind": "1", "ipv6/ip_nonlocal_bind": "1", "ipv4/ip_unprivileged_port_start": "1",
	} {
		err := os.WriteFile("/proc/sys/net/"+name, []byte(value), 0o644)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("configuring a network namespace: %w", err)
		}
	}
	return nil
}

// listen opens a listener on every socket of the host, at each of its addresses.
func (r *Rig) listen(ctx context.Context, h *model.Deployed, own []netip.Addr) error {
	return r.host.do(func() error {
		var config net.ListenConfig
		seen := map[string]bool{}
		for _, s := range h.Sockets {
			for _, p := range s.Ports {
				for _, a := range own {
					at := netip.AddrPortFrom(a, uint16(p.From)).String()
					if seen[s.Transport+at] {
						continue
					}
					seen[s.Transport+at] = true
					switch s.Transport {
					case "tcp":
						l, err := config.Listen(ctx, "tcp", at)
						if err != nil {
							return err
						}
						r.listeners = append(r.listeners, l)
					case "udp":
						l, err := config.ListenPacket(ctx, "udp", at)
						if err != nil {
							return err
						}
						r.listeners = append(r.listeners, l)
						go echo(l)
					}
				}
			}
		}
		return nil
	})
}

func echo(l net.PacketConn) {
	buf := make([]byte, 64)
	for {
		n, from, err := l.ReadFrom(buf)
		if err != nil && errors.Is(err, net.ErrClosed) {
			return
		}
		if err == nil {
			_, _ = l.WriteTo(buf[:n], from)
		}
	}
}

// Load replaces the rules of the host.
func (r *Rig) Load(ctx context.Context, rules Rules) error {
	return rules.Load(ctx, r.host)
}

// Close closes the namespaces.
func (r *Rig) Close() {
	for _, l := range r.listeners {
		l.Close()
	}
	for _, n := range []*namespace{r.world, r.host} {
		if n != nil {
			n.file.Close()
		}
	}
}

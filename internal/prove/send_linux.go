package prove

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

const (
	quiet = 50 * time.Millisecond  // after so long without an event, the rest counts as dropped
	slow  = 700 * time.Millisecond // the same, for packets that are tried again
	// together is how many packets are sent before those that arrived are read. It must be
	// less than the number that fits into the buffer of a socket.
	together = 50
)

// send sends packets to the host or from it, and reports for each whether it passed. Packets
// that seem to be lost although they should pass are tried again, slowly: the machine may be busy.
func (r *Rig) send(ctx context.Context, out bool, probes []Probe) ([]bool, error) {
	passed, err := r.try(ctx, out, probes, quiet)
	if err != nil {
		return nil, err
	}
	var again []int
	var list []Probe
	for i, p := range probes {
		if p.Want && !passed[i] {
			again, list = append(again, i), append(list, p)
		}
	}
	result, err := r.try(ctx, out, list, slow)
	if err != nil {
		return nil, err
	}
	for k, i := range again {
		passed[i] = result[k]
	}
	return passed, nil
}

// try sends packets once, and waits until no more arrive. Those of TCP and UDP that should pass
// must also be answered; those that should not pass must not even arrive.
func (r *Rig) try(ctx context.Context, out bool, probes []Probe, wait time.Duration) ([]bool, error) {
	from, to := r.world, r.host
	if out {
		from, to = to, from
	}
	x := &exchange{probes: probes, fixed: r.fixed, first: r.sent, arrived: make([]bool, len(probes)), answered: make([]bool, len(probes))}
	r.sent += uint32(len(probes))
	defer x.close()
	err := to.do(func() error { return x.receive(false) })
	if err != nil {
		return nil, err
	}
	err = from.do(func() error {
		if err := x.receive(true); err != nil {
			return err
		}
		return x.run(ctx, wait)
	})
	passed := make([]bool, len(probes))
	for i := range probes {
		passed[i] = x.passed(i)
	}
	return passed, err
}

// An exchange is packets between two namespaces, and the answers. They are not sent by sockets
// of TCP and UDP, because each packet would need one.
type exchange struct {
	probes            []Probe
	fixed             map[int]bool // source ports that probes name
	first             uint32       // the mark of the first packet; those of the others follow
	arrived, answered []bool

	receivers []receiver
	polled    []unix.PollFd // the sockets of the receivers
}

// A receiver gets packets of a kind at their destination or, for answers, at their source.
type receiver struct {
	kind    socketKind
	answers bool
}

// receive opens the sockets that receive packets, or answers.
func (x *exchange) receive(answers bool) error {
	opened := make(map[socketKind]bool)
	for _, p := range x.probes {
		kinds := []socketKind{kindOf(p)}
		if answers && !connects(p) {
			continue
		}
		if answers { // or that the port is closed
			kinds = append(kinds, socketKind{true, unix.IPPROTO_ICMP}, socketKind{false, unix.IPPROTO_ICMPV6})
		}
		for _, kind := range kinds {
			if opened[kind] {
				continue
			}
			s, err := kind.open()
			if err != nil {
				return fmt.Errorf("receiving %s: %w", p.Transport, err)
			}
			opened[kind] = true
			x.receivers = append(x.receivers, receiver{kind, answers})
			x.polled = append(x.polled, unix.PollFd{Fd: int32(s), Events: unix.POLLIN})
		}
	}
	return nil
}

// connects reports whether the destination's system answers a packet.
func connects(p Probe) bool { return p.Transport == "tcp" || p.Transport == "udp" }

func (x *exchange) close() {
	for _, p := range x.polled {
		unix.Close(int(p.Fd))
	}
}

// run sends all packets, and reads what arrives until nothing more does.
func (x *exchange) run(ctx context.Context, wait time.Duration) error {
	for from := 0; from < len(x.probes); from += together {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := x.send(from, min(from+together, len(x.probes))); err != nil {
			return err
		}
		if _, err := x.read(0); err != nil {
			return err
		}
	}
	for !x.done() {
		if some, err := x.read(wait); err != nil || !some {
			return err
		}
	}
	return nil
}

// done reports whether nothing more can change the result.
func (x *exchange) done() bool {
	for i, p := range x.probes {
		if !p.Want && !x.arrived[i] || p.Want && !x.passed(i) {
			return false
		}
	}
	return true
}

func (x *exchange) passed(i int) bool {
	p := x.probes[i]
	return x.arrived[i] && (x.answered[i] || !p.Want || !connects(p))
}

// send sends some of the packets by a socket for each family. The sockets are new each time,
// because packets that wait for neighbour discovery fill their buffers.
func (x *exchange) send(from, to int) error {
	sockets := make(map[bool]int)
	defer func() {
		for _, s := range sockets {
			unix.Close(s)
		}
	}()
	for i := from; i < to; i++ {
		p, mark := x.probes[i], x.first+uint32(i)
		four := p.From.Is4()
		if sockets[four] == 0 {
			s, err := socketKind{four, unix.IPPROTO_RAW}.open()
			if err != nil {
				return fmt.Errorf("sending %s: %w", p.Transport, err)
			}
			sockets[four] = s
		}
		port := p.SourcePort
		if port == 0 {
			port = x.port(mark)
		}
		err := unix.Sendto(sockets[four], packet(p, port, mark), 0, sockaddr(p.To, 0))
		if err != nil && !refused(err) {
			return fmt.Errorf("%s: %w", p, err)
		}
	}
	return nil
}

// port returns a source port that no flow names. Successive packets have different ones, and so
// has a packet that is sent again, because connection tracking would recognize it.
func (x *exchange) port(mark uint32) int {
	for {
		port := ephemeral + int(mark%(lastEphemeral-ephemeral+1))
		if !x.fixed[port] {
			return port
		}
		mark++
	}
}

// refused reports whether a packet was not sent because of the sender's own firewall.
func refused(err error) bool {
	return errors.Is(err, unix.EPERM) || errors.Is(err, unix.EHOSTUNREACH) || errors.Is(err, unix.EACCES) || errors.Is(err, unix.ENETUNREACH)
}

// read notes what arrives, and reports whether anything arrives within a time.
func (x *exchange) read(wait time.Duration) (bool, error) {
	n, err := unix.Poll(x.polled, int(wait.Milliseconds()))
	if errors.Is(err, unix.EINTR) {
		return true, nil
	}
	if err != nil || n == 0 {
		return false, err
	}
	buf := make([]byte, 2048)
	for i, p := range x.polled {
		if p.Revents == 0 {
			continue
		}
		for {
			n, err := unix.Read(int(p.Fd), buf)
			if errors.Is(err, unix.EAGAIN) {
				break
			}
			if errors.Is(err, unix.EINTR) {
				continue
			}
			if err != nil {
				return false, err
			}
			x.note(x.receivers[i], buf[:n])
		}
	}
	return true, nil
}

// note notes a packet that was received.
func (x *exchange) note(by receiver, b []byte) {
	var mark uint32
	var ok bool
	kind, seen := by.kind, x.arrived
	if b = kind.below(b); by.answers {
		seen = x.answered
		mark, kind, ok = kind.answered(b)
	} else {
		mark, ok = kind.requested(b)
	}
	i := mark - x.first
	if ok && i < uint32(len(x.probes)) && kindOf(x.probes[i]) == kind {
		seen[i] = true
	}
}

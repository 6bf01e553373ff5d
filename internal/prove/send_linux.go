package prove

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"golang.org/x/sys/unix"
)

const (
	batch = 4000                   // packets in flight
	quiet = 50 * time.Millisecond  // without an event, after which the rest counts as dropped
	slow  = 700 * time.Millisecond // the same, for packets that are tried again
)

// send sends packets from a namespace, and reports for each whether it passed.
// Packets that seem to be lost although they should pass are tried again, slowly:
// the machine may be busy.
func (n *namespace) send(ctx context.Context, probes []Probe) ([]bool, error) {
	passed := make([]bool, len(probes))
	var again []int
	err := n.do(func() error {
		for from := 0; from < len(probes); from += batch {
			if err := ctx.Err(); err != nil {
				return err
			}
			to := min(from+batch, len(probes))
			if err := sendBatch(probes[from:to], passed[from:to], quiet); err != nil {
				return err
			}
		}
		for i, p := range probes {
			if p.Want && !passed[i] {
				again = append(again, i)
			}
		}
		for some := range slices.Chunk(again, 200) {
			var list []Probe
			for _, i := range some {
				list = append(list, probes[i])
			}
			result := make([]bool, len(list))
			if err := sendBatch(list, result, slow); err != nil {
				return err
			}
			for k, i := range some {
				passed[i] = result[k]
			}
		}
		return nil
	})
	return passed, err
}

// sendBatch sends packets at once, and waits until no more replies arrive.
func sendBatch(probes []Probe, passed []bool, quiet time.Duration) error {
	poll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return err
	}
	defer unix.Close(poll)
	sockets := make([]int, len(probes))
	defer func() {
		for _, s := range sockets {
			if s > 0 {
				unix.Close(s)
			}
		}
	}()
	waiting := 0
	for i, p := range probes {
		s, err := open(p)
		sockets[i] = s
		if err != nil {
			return fmt.Errorf("%s: %w", p, err)
		}
		err = unix.Connect(s, sockaddr(p.To, p.Port))
		if p.Transport == "udp" && err == nil {
			_, err = unix.Write(s, []byte("?"))
		}
		switch {
		case err == nil && p.Transport == "tcp":
			passed[i] = true
			continue
		case err == nil, errors.Is(err, unix.EINPROGRESS):
		case errors.Is(err, unix.ECONNREFUSED):
			passed[i] = true
			continue
		case refused(err):
			continue
		default:
			return fmt.Errorf("%s: %w", p, err)
		}
		events := uint32(unix.EPOLLOUT)
		if p.Transport == "udp" {
			events = unix.EPOLLIN
		}
		if err := unix.EpollCtl(poll, unix.EPOLL_CTL_ADD, s, &unix.EpollEvent{Events: events | unix.EPOLLONESHOT, Fd: int32(i)}); err != nil {
			return err
		}
		waiting++
	}
	events := make([]unix.EpollEvent, 512)
	for waiting > 0 {
		n, err := unix.EpollWait(poll, events, int(quiet.Milliseconds()))
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			return err
		}
		if n == 0 {
			return nil
		}
		for _, e := range events[:n] {
			waiting--
			code, err := unix.GetsockoptInt(sockets[e.Fd], unix.SOL_SOCKET, unix.SO_ERROR)
			if err != nil {
				return err
			}
			// A refusal comes from the host itself.
			passed[e.Fd] = code == 0 || unix.Errno(code) == unix.ECONNREFUSED
		}
	}
	return nil
}

// open opens a socket that sends as the probe says.
func open(p Probe) (int, error) {
	family, kind := unix.AF_INET, unix.SOCK_DGRAM
	if p.From.Is6() {
		family = unix.AF_INET6
	}
	if p.Transport == "tcp" {
		kind = unix.SOCK_STREAM
	}
	s, err := unix.Socket(family, kind|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, err
	}
	if p.Transport == "tcp" {
		// Closing resets the connection at once.
		if err := unix.SetsockoptLinger(s, unix.SOL_SOCKET, unix.SO_LINGER, &unix.Linger{Onoff: 1}); err != nil {
			return s, err
		}
	}
	if p.SourcePort != 0 {
		if err := unix.SetsockoptInt(s, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1); err != nil {
			return s, err
		}
	}
	return s, unix.Bind(s, sockaddr(p.From, p.SourcePort))
}

func sockaddr(a netip.Addr, port int) unix.Sockaddr {
	if a.Is4() {
		return &unix.SockaddrInet4{Addr: a.As4(), Port: port}
	}
	return &unix.SockaddrInet6{Addr: a.As16(), Port: port}
}

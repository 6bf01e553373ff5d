package prove

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"time"

	"golang.org/x/sys/unix"

	"github.com/portspec/portspec/internal/model"
)

// rawBatch is how many packets are sent before those that have arrived are read: fewer than
// fit into the buffer of a socket.
const rawBatch = 100

// sendRaw sends packets that are not of TCP or UDP from one namespace to another, and reports
// for each whether it arrived. What should have is sent again, slowly.
func sendRaw(ctx context.Context, from, to *namespace, probes []Probe) ([]bool, error) {
	passed := make([]bool, len(probes))
	listening := make(map[socketKind]int)
	defer func() {
		for _, s := range listening {
			unix.Close(s)
		}
	}()
	err := to.do(func() error {
		for _, p := range probes {
			if kind := kindOf(p); listening[kind] == 0 {
				s, err := kind.open()
				if err != nil {
					return fmt.Errorf("receiving %s: %w", p.Transport, err)
				}
				listening[kind] = s
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return passed, from.do(func() error {
		for _, wait := range []time.Duration{quiet, slow} {
			var some []int
			for i, p := range probes {
				if wait == quiet || p.Want && !passed[i] {
					some = append(some, i)
				}
			}
			for ; len(some) > 0; some = some[min(rawBatch, len(some)):] {
				if err := ctx.Err(); err != nil {
					return err
				}
				if err := rawBatchOf(probes, some[:min(rawBatch, len(some))], listening, passed, wait); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// rawBatchOf sends some of the packets, and notes those that arrive.
func rawBatchOf(probes []Probe, some []int, listening map[socketKind]int, passed []bool, wait time.Duration) error {
	for _, i := range some {
		p := probes[i]
		s, err := kindOf(p).open()
		if err != nil {
			return err
		}
		err = unix.Bind(s, sockaddr(p.From, 0))
		if err == nil {
			err = unix.Sendto(s, rawPacket(p, uint32(i+1)), 0, sockaddr(p.To, 0))
		}
		unix.Close(s)
		if err != nil && !refused(err) {
			return fmt.Errorf("%s: %w", p, err)
		}
	}
	buf := make([]byte, 2048)
	for last := time.Now(); time.Since(last) < wait; {
		arrived := false
		for kind, s := range listening {
			n, _, err := unix.Recvfrom(s, buf, 0)
			if errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.EINTR) {
				continue
			}
			if err != nil {
				return err
			}
			if i := int(kind.mark(buf[:n])) - 1; i >= 0 && i < len(probes) && kindOf(probes[i]) == kind && isRequest(kind, buf[:n]) {
				passed[i] = true
			}
			arrived = true
		}
		if arrived {
			last = time.Now()
			continue
		}
		time.Sleep(time.Millisecond)
	}
	return nil
}

// refused reports whether a packet was not sent because of the sender's own firewall.
func refused(err error) bool {
	return errors.Is(err, unix.EPERM) || errors.Is(err, unix.EHOSTUNREACH) || errors.Is(err, unix.EACCES) || errors.Is(err, unix.ENETUNREACH)
}

// A socketKind is a family of addresses and an IP protocol.
type socketKind struct {
	four     bool
	protocol int
}

func kindOf(p Probe) socketKind {
	return socketKind{p.From.Is4(), model.ProtocolNumber(p.Transport)}
}

func (k socketKind) open() (int, error) {
	family := unix.AF_INET6
	if k.four {
		family = unix.AF_INET
	}
	return unix.Socket(family, unix.SOCK_RAW|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, k.protocol)
}

// headers are how long the headers are in front of the mark of a packet, by protocol.
var headers = map[int]int{unix.IPPROTO_ICMP: 8, unix.IPPROTO_ICMPV6: 8, unix.IPPROTO_ESP: 8, unix.IPPROTO_GRE: 4, unix.IPPROTO_SCTP: 16}

// rawPacket is a packet with a mark by which its receiver knows it.
func rawPacket(p Probe, mark uint32) []byte {
	protocol := model.ProtocolNumber(p.Transport)
	b := make([]byte, headers[protocol]+24)
	binary.BigEndian.PutUint32(b[headers[protocol]:], mark)
	switch protocol {
	case unix.IPPROTO_ICMP, unix.IPPROTO_ICMPV6:
		b[0] = byte(p.ICMP.Type)
		binary.BigEndian.PutUint32(b[4:], mark) // identifier and sequence number
		if protocol == unix.IPPROTO_ICMP {      // the system computes that of ICMPv6
			binary.BigEndian.PutUint16(b[2:], checksum(b))
		}
	case unix.IPPROTO_ESP:
		binary.BigEndian.PutUint32(b, 1<<16) // index of the parameters
	case unix.IPPROTO_GRE:
		binary.BigEndian.PutUint16(b[2:], unix.ETH_P_IP)
	case unix.IPPROTO_SCTP:
		return initSCTP(b, p)
	}
	return b
}

// initSCTP makes the packet that opens an association (RFC 9260, section 3.3.2), whose
// initiate tag is the mark.
func initSCTP(b []byte, p Probe) []byte {
	const chunk, length = 12, 20
	b = b[:chunk+length]
	binary.BigEndian.PutUint16(b, uint16(p.SourcePort))
	binary.BigEndian.PutUint16(b[2:], uint16(p.Port))
	b[chunk] = 1 // INIT
	binary.BigEndian.PutUint16(b[chunk+2:], length)
	binary.BigEndian.PutUint32(b[chunk+8:], 65535) // window
	binary.BigEndian.PutUint16(b[chunk+12:], 1)    // streams
	binary.BigEndian.PutUint16(b[chunk+14:], 1)
	binary.BigEndian.PutUint32(b[chunk+16:], 1)
	binary.LittleEndian.PutUint32(b[8:], crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)))
	return b
}

// checksum is that of RFC 1071.
func checksum(b []byte) uint16 {
	sum := uint32(0)
	for i := 0; i+1 < len(b); i += 2 {
		sum += uint32(binary.BigEndian.Uint16(b[i:]))
	}
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	return ^uint16(sum)
}

// below is a packet without its IPv4 header, which IPv6 sockets do not give.
func (k socketKind) below(b []byte) []byte {
	if !k.four || len(b) < 20 {
		return b
	}
	return b[min(int(b[0]&15)*4, len(b)):]
}

// mark is that of a packet; 0 if it has none.
func (k socketKind) mark(b []byte) uint32 {
	b = k.below(b)
	if len(b) < headers[k.protocol]+4 {
		return 0
	}
	return binary.BigEndian.Uint32(b[headers[k.protocol]:])
}

// isRequest reports whether a packet is one that was sent, not an answer with the same mark.
func isRequest(k socketKind, b []byte) bool {
	b = k.below(b)
	switch k.protocol {
	case unix.IPPROTO_ICMP:
		return len(b) > 0 && b[0] != 0
	case unix.IPPROTO_ICMPV6:
		return len(b) > 0 && b[0] != 129
	}
	return true
}

package prove

import (
	"encoding/binary"
	"hash/crc32"
	"net/netip"

	"golang.org/x/sys/unix"

	"github.com/portspec/portspec/internal/model"
)

// A socketKind is a family of addresses and an IP protocol.
type socketKind struct {
	four     bool
	protocol int
}

func kindOf(p Probe) socketKind {
	return socketKind{p.From.Is4(), model.ProtocolNumber(p.Transport)}
}

// markAt is how many bytes precede the mark of a packet, by protocol: with TCP it is the
// sequence number, with ICMP the identifier and the sequence number, with SCTP the initiate
// tag, otherwise the beginning of the payload.
var markAt = map[int]int{
	unix.IPPROTO_TCP: 4, unix.IPPROTO_UDP: 8, unix.IPPROTO_ICMP: 4, unix.IPPROTO_ICMPV6: 4,
	unix.IPPROTO_ESP: 8, unix.IPPROTO_GRE: 4, unix.IPPROTO_SCTP: 16,
}

// The flags of TCP, and where they are.
const (
	syn, rst, ack = 0x02, 0x04, 0x10
	flagsAt       = 13
)

// packet returns a packet from a port, with its IP header. The receiver recognizes it by the
// mark, and the sender its answer. The system adds the length and the checksum of IPv4.
func packet(p Probe, port int, mark uint32) []byte {
	protocol, body := model.ProtocolNumber(p.Transport), body(p, port, mark)
	var head []byte
	if p.From.Is4() {
		head = make([]byte, 20, 20+len(body))
		head[0], head[8], head[9] = 4<<4|5, 64, byte(protocol)
		copy(head[12:], p.From.AsSlice())
		copy(head[16:], p.To.AsSlice())
	} else {
		head = make([]byte, 40, 40+len(body))
		head[0], head[6], head[7] = 6<<4, byte(protocol), 64
		binary.BigEndian.PutUint16(head[4:], uint16(len(body)))
		copy(head[8:], p.From.AsSlice())
		copy(head[24:], p.To.AsSlice())
	}
	return append(head, body...)
}

// body returns what follows the IP header.
func body(p Probe, port int, mark uint32) []byte {
	protocol := model.ProtocolNumber(p.Transport)
	b := make([]byte, markAt[protocol]+24)
	binary.BigEndian.PutUint32(b[markAt[protocol]:], mark)
	switch protocol {
	case unix.IPPROTO_TCP, unix.IPPROTO_UDP, unix.IPPROTO_SCTP:
		binary.BigEndian.PutUint16(b, uint16(port))
		binary.BigEndian.PutUint16(b[2:], uint16(p.Port))
	}
	switch protocol {
	case unix.IPPROTO_TCP:
		b = b[:20]
		b[12], b[flagsAt] = 20/4<<4, syn
		binary.BigEndian.PutUint16(b[14:], 65535) // window
		binary.BigEndian.PutUint16(b[16:], checksum(pseudoHeader(p, len(b)), b))
	case unix.IPPROTO_UDP:
		binary.BigEndian.PutUint16(b[4:], uint16(len(b)))
		sum := checksum(pseudoHeader(p, len(b)), b)
		if sum == 0 { // which would mean that there is none
			sum = 0xffff
		}
		binary.BigEndian.PutUint16(b[6:], sum)
	case unix.IPPROTO_ICMP:
		b[0] = byte(p.ICMP.Type)
		binary.BigEndian.PutUint16(b[2:], checksum(b))
	case unix.IPPROTO_ICMPV6:
		b[0] = byte(p.ICMP.Type)
		binary.BigEndian.PutUint16(b[2:], checksum(pseudoHeader(p, len(b)), b))
	case unix.IPPROTO_ESP:
		binary.BigEndian.PutUint32(b, 1<<16) // index of the parameters
	case unix.IPPROTO_GRE:
		binary.BigEndian.PutUint16(b[2:], unix.ETH_P_IP)
	case unix.IPPROTO_SCTP:
		return initSCTP(b)
	}
	return b
}

// initSCTP completes the packet that opens an association (RFC 9260, section 3.3.2).
func initSCTP(b []byte) []byte {
	const chunk, length = 12, 20
	b = b[:chunk+length]
	b[chunk] = 1 // INIT
	binary.BigEndian.PutUint16(b[chunk+2:], length)
	binary.BigEndian.PutUint32(b[chunk+8:], 65535) // window
	binary.BigEndian.PutUint16(b[chunk+12:], 1)    // streams
	binary.BigEndian.PutUint16(b[chunk+14:], 1)
	binary.BigEndian.PutUint32(b[chunk+16:], 1)
	binary.LittleEndian.PutUint32(b[8:], crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)))
	return b
}

// pseudoHeader returns what checksums cover besides the packet. The fields are in the order of
// IPv4, which does not change the sum.
func pseudoHeader(p Probe, length int) []byte {
	b := append(p.From.AsSlice(), p.To.AsSlice()...)
	return append(b, 0, byte(model.ProtocolNumber(p.Transport)), byte(length>>8), byte(length))
}

// checksum is that of RFC 1071; all parts but the last have an even length.
func checksum(parts ...[]byte) uint16 {
	sum := uint32(0)
	for _, b := range parts {
		for i := 0; i+1 < len(b); i += 2 {
			sum += uint32(binary.BigEndian.Uint16(b[i:]))
		}
	}
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	return ^uint16(sum)
}

// open opens a socket that receives all packets of the kind that the namespace lets in.
func (k socketKind) open() (int, error) {
	family := unix.AF_INET6
	if k.four {
		family = unix.AF_INET
	}
	return unix.Socket(family, unix.SOCK_RAW|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, k.protocol)
}

// below returns a packet without its IPv4 header; sockets of IPv6 leave the header out.
func (k socketKind) below(b []byte) []byte {
	if !k.four || len(b) < 20 {
		return b
	}
	return b[min(int(b[0]&15)*4, len(b)):]
}

// requested returns the mark of a packet below its IP header; false if no exchange has sent it.
func (k socketKind) requested(b []byte) (uint32, bool) {
	at := markAt[k.protocol]
	if len(b) < at+4 {
		return 0, false
	}
	switch k.protocol {
	case unix.IPPROTO_TCP:
		if len(b) <= flagsAt || b[flagsAt]&(syn|ack) != syn {
			return 0, false
		}
	case unix.IPPROTO_ICMP, unix.IPPROTO_ICMPV6:
		if !isRequest(k, b[0]) {
			return 0, false
		}
	}
	return binary.BigEndian.Uint32(b[at:]), true
}

// isRequest reports whether a message of ICMP is one that exchanges send.
func isRequest(k socketKind, kind byte) bool {
	transport := "icmpv6"
	if k.four {
		transport = "icmp"
	}
	for _, r := range requests[transport] {
		if int(kind) == r {
			return true
		}
	}
	return false
}

// answered reads an answer below its IP header, and returns the mark and the kind of the packet
// that it answers: an answer accepts, refuses or echoes a packet, or reports that its port is
// closed.
func (k socketKind) answered(b []byte) (mark uint32, of socketKind, ok bool) {
	switch k.protocol {
	case unix.IPPROTO_TCP:
		if len(b) <= flagsAt || b[flagsAt]&ack == 0 || b[flagsAt]&(syn|rst) == 0 {
			return 0, k, false
		}
		return binary.BigEndian.Uint32(b[8:]) - 1, k, true
	case unix.IPPROTO_UDP:
		mark, ok = k.requested(b)
		return mark, k, ok
	}
	return k.unreachable(b)
}

// unreachable reads the packet that ICMP returns from a closed port.
func (k socketKind) unreachable(b []byte) (mark uint32, of socketKind, ok bool) {
	of = socketKind{four: k.four}
	inner := b[min(8, len(b)):]
	switch {
	case k.four && len(inner) > 20 && b[0] == 3 && b[1] == 3:
		of.protocol, inner = int(inner[9]), k.below(inner)
	case !k.four && len(inner) > 40 && b[0] == 1 && b[1] == 4:
		of.protocol, inner = int(inner[6]), inner[40:]
	default:
		return 0, of, false
	}
	mark, ok = of.requested(inner)
	return mark, of, ok
}

func sockaddr(a netip.Addr, port int) unix.Sockaddr {
	if a.Is4() {
		return &unix.SockaddrInet4{Addr: a.As4(), Port: port}
	}
	return &unix.SockaddrInet6{Addr: a.As16(), Port: port}
}

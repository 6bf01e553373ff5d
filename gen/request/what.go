package request

import (
	"fmt"

	"github.com/portspec/portspec/internal/model"
)

// What describes what is asked for, apart from the parties: everything that a firewall rule depends
// on.
type What struct {
	Transport string
	Ports     []model.PortRange // as of [model.ShortPorts]
	Dynamic   bool              // one of the ports is chosen at run time
	Source    []model.PortRange
	Groups    []string // multicast groups or "broadcast", in place of the addresses
	Family    string   // ipv4, ipv6, or "" for both
	Messages  []model.ICMP
}

// Of returns what a permit asks for.
func Of(p *model.Permit) What {
	return What{
		Transport: p.Transport, Ports: model.ShortPorts(p.Ports), Dynamic: p.Dynamic, Source: model.ShortPorts(p.SourcePorts),
		Groups: p.Groups, Family: p.Connection.Flow.Family, Messages: messages(p.Transport, p.Connection.Listener),
	}
}

// OfSocket returns what reaches an open socket.
func OfSocket(s *model.Socket) What {
	return What{Transport: s.Transport, Ports: model.ShortPorts(s.Ports), Dynamic: s.Dynamic, Messages: messages(s.Transport, s.Listener)}
}

// messages returns the kinds of messages of a listener, for the transports that have them.
func messages(transport string, l *model.Listener) []model.ICMP {
	if transport == "icmp" || transport == "icmpv6" {
		return l.ICMP
	}
	return nil
}

// key returns a text that is equal for equal values.
func (w What) key() string {
	kinds := ""
	for _, m := range w.Messages {
		kinds += fmt.Sprintf(" %d", m.Type)
		if m.Code != nil {
			kinds += fmt.Sprintf("/%d", *m.Code)
		}
	}
	return fmt.Sprintf("%s %v %v %v %q %s%s", w.Transport, w.Ports, w.Dynamic, w.Source, w.Groups, w.Family, kinds)
}

// InWords reports whether a rule with addresses and ports cannot express w.
func (w What) InWords() bool {
	return len(w.Groups) > 0 || len(w.Ports) == 0 && model.HasPorts(w.Transport)
}

package resolve_test

import (
	"encoding/json"
	"net/netip"
	"strings"
)

// The judge reads sites and products as these types, which are decoded from JSON independently
// of portspec.

type when map[string][]string

type product struct {
	ID          string                `json:"id"`
	Name        string                `json:"name"`
	Vendor      string                `json:"vendor"`
	Version     string                `json:"version"`
	After       string                `json:"after,omitempty"`
	Description string                `json:"description"`
	Sources     json.RawMessage       `json:"sources"`
	Features    map[string]*feature   `json:"features,omitempty"`
	Components  map[string]*component `json:"components"`
	Flows       map[string]*flow      `json:"flows,omitempty"`
	Rules       map[string]*rule      `json:"rules,omitempty"`
}

type feature struct {
	Name        string            `json:"name"`
	Description string            `json:"description"`
	Choices     map[string]choice `json:"choices,omitempty"`
	Several     bool              `json:"several,omitempty"`
	Default     string            `json:"default,omitempty"`
	Needs       when              `json:"needs,omitempty"`
}

type choice struct {
	Name string `json:"name"`
}

type component struct {
	Name      string               `json:"name"`
	Kind      string               `json:"kind,omitempty"`
	Service   *service             `json:"service,omitempty"`
	Listeners map[string]*listener `json:"listeners,omitempty"`
	When      when                 `json:"when,omitempty"`
	OS        []string             `json:"os,omitempty"`
}

type service struct {
	ID        string               `json:"id"`
	Name      string               `json:"name"`
	Listeners map[string]*listener `json:"listeners,omitempty"`
}

type listener struct {
	Purpose      string        `json:"purpose"`
	Transports   []string      `json:"transports"`
	Port         int           `json:"port,omitempty"`
	Ports        []int         `json:"ports,omitempty"`
	Ranges       []span        `json:"ranges,omitempty"`
	OneOf        []int         `json:"one_of,omitempty"`
	Fallback     []int         `json:"fallback,omitempty"`
	Dynamic      *dynamic      `json:"dynamic,omitempty"`
	Count        int           `json:"count,omitempty"`
	Undocumented string        `json:"undocumented,omitempty"`
	Bind         string        `json:"bind,omitempty"`
	SystemSocket string        `json:"system_socket,omitempty"`
	Configurable *configurable `json:"configurable,omitempty"`
	When         when          `json:"when,omitempty"`
	OS           []string      `json:"os,omitempty"`
}

type dynamic struct {
	Ranges []struct {
		From int      `json:"from"`
		To   int      `json:"to"`
		OS   []string `json:"os,omitempty"`
	} `json:"ranges,omitempty"`
}

type configurable struct {
	Allowed bool `json:"allowed"`
}

type flow struct {
	From         []string            `json:"from"`
	To           map[string][]string `json:"to"`
	Purpose      string              `json:"purpose"`
	Scope        string              `json:"scope,omitempty"`
	TalkerOS     []string            `json:"talker_os,omitempty"`
	Configurable *configurable       `json:"configurable,omitempty"`
	When         when                `json:"when,omitempty"`
	Cite         []string            `json:"cite"`
}

type rule struct {
	Together []string                     `json:"together"`
	When     when                         `json:"when,omitempty"`
	Reason   string                       `json:"reason"`
	Forbid   bool                         `json:"forbid,omitempty"`
	Move     map[string]map[string]int    `json:"move,omitempty"`
	Share    map[string]map[string]string `json:"share,omitempty"`
	Cite     []string                     `json:"cite"`
}

type site struct {
	Site     string              `json:"site"`
	Products map[string]use      `json:"products,omitempty"`
	Services map[string]location `json:"services,omitempty"`
	Zones    map[string]zone     `json:"zones,omitempty"`
	Hosts    map[string]host     `json:"hosts"`
}

type use struct {
	Release string `json:"release,omitempty"`
	// Each is a bool, a string or a []string.
	Features map[string]any             `json:"features,omitempty"`
	Ports    map[string]map[string]span `json:"ports,omitempty"`
	Without  []string                   `json:"without,omitempty"`
}

type location struct {
	Names     []string `json:"names,omitempty"`
	Addresses []string `json:"addresses,omitempty"`
	Zone      string   `json:"zone,omitempty"`
}

type zone struct {
	Name     string   `json:"name,omitempty"`
	Networks []string `json:"networks,omitempty"`
}

type host struct {
	Name      string                     `json:"name,omitempty"`
	OS        string                     `json:"os,omitempty"`
	Addresses []string                   `json:"addresses,omitempty"`
	Names     []string                   `json:"names,omitempty"`
	Count     int                        `json:"count,omitempty"`
	Zone      string                     `json:"zone,omitempty"`
	Runs      []string                   `json:"runs,omitempty"`
	Releases  map[string]string          `json:"releases,omitempty"`
	Ports     map[string]map[string]span `json:"ports,omitempty"`
}

// UnmarshalJSON decodes a use, whose features have different types.
func (u *use) UnmarshalJSON(data []byte) error {
	type plain use
	if err := json.Unmarshal(data, (*plain)(u)); err != nil {
		return err
	}
	for f, v := range u.Features {
		if list, ok := v.([]any); ok {
			var values []string
			for _, x := range list {
				values = append(values, x.(string))
			}
			u.Features[f] = values
		}
	}
	return nil
}

// A span is a range of ports; in JSON, a number if it is a single port.
type span struct{ From, To int }

// MarshalJSON writes a number or a range.
func (s span) MarshalJSON() ([]byte, error) {
	if s.From == s.To {
		return json.Marshal(s.From)
	}
	return json.Marshal(map[string]int{"from": s.From, "to": s.To})
}

// UnmarshalJSON decodes either.
func (s *span) UnmarshalJSON(data []byte) error {
	if json.Unmarshal(data, &s.From) == nil {
		s.To = s.From
		return nil
	}
	type plain span
	return json.Unmarshal(data, (*plain)(s))
}

// MarshalJSON writes ranges as such, even those of one port.
func (l *listener) MarshalJSON() ([]byte, error) {
	type plain listener
	var ranges []map[string]int
	for _, r := range l.Ranges {
		ranges = append(ranges, map[string]int{"from": r.From, "to": r.To})
	}
	return json.Marshal(struct {
		*plain
		Ranges []map[string]int `json:"ranges,omitempty"`
	}{(*plain)(l), ranges})
}

// all returns the fixed ports of a listener, without the fallback.
func (l *listener) all() []span {
	all := spans(l.Ports)
	if l.Port > 0 {
		all = append(all, span{l.Port, l.Port})
	}
	return append(all, l.Ranges...)
}

// open returns the ports that a listener opens by default: of alternatives, the first.
func (l *listener) open() []span {
	if l.OneOf != nil {
		return spans(l.OneOf[:1])
	}
	return append(l.all(), spans(l.Fallback)...)
}

// ported lists the transports that have ports.
func (l *listener) ported() []string {
	var all []string
	for _, t := range l.Transports {
		if t == "tcp" || t == "udp" || t == "sctp" {
			all = append(all, t)
		}
	}
	return all
}

func spans(numbers []int) []span {
	var all []span
	for _, n := range numbers {
		all = append(all, span{n, n})
	}
	return all
}

func canonical(address string) string {
	single := strings.TrimSuffix(strings.TrimSuffix(address, "/32"), "/128")
	if a, err := netip.ParseAddr(single); err == nil {
		return a.Unmap().String()
	}
	return strings.ToLower(address)
}

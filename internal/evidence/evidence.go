// Package evidence reads what was saved from a machine: which sockets listen there, what nmap
// found from outside, and what the packet filter does. Each source file reads one format; all
// formats result in the same model. [Read] reads a file of evidence, and [Join] combines the
// files of a machine. [Decide] determines what a packet filter does with a packet.
//
// Evidence is incomplete, and often comes from several programs. What it does not show becomes
// a doubt with a reason, never a guess.
package evidence

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
)

// A Kind is a format of evidence.
type Kind string

// Kinds of evidence.
const (
	SS        Kind = "ss"         // ss -tulpn
	Nmap      Kind = "nmap"       // nmap -oX
	Nft       Kind = "nft"        // nft -j list ruleset
	IPTables  Kind = "iptables"   // iptables-save
	IP6Tables Kind = "ip6tables"  // ip6tables-save
	Windows   Kind = "powershell" // objects of PowerShell's cmdlets, in JSON or CSV
)

// Kinds lists all kinds.
var Kinds = []string{string(SS), string(Nmap), string(Nft), string(IPTables), string(IP6Tables), string(Windows)}

// A File is the evidence of one file. Only the fields that its kind provides are set.
type File struct {
	Name string
	Kind Kind
	// Listeners are the sockets that listen. Listed has the transports whose sockets the file
	// lists.
	Listeners []Listener
	Listed    map[string]bool
	Scans     []*Scan
	Filter    *Filter
	records   []record // of PowerShell
}

// Read reads the evidence of a file. If kind is empty, it is recognized from the content.
func Read(name string, data []byte, kind Kind) (*File, error) {
	f := &File{Name: name, Kind: kind}
	text, err := decode(data)
	if err == nil && f.Kind == "" {
		f.Kind, err = kindOf(text)
	}
	if err == nil {
		switch f.Kind {
		case SS:
			err = readSS(f, text)
		case Nmap:
			err = readNmap(f, text)
		case Nft:
			err = readNft(f, withoutWarnings(text))
		case IPTables, IP6Tables:
			err = readIptables(f, text)
		case Windows:
			err = readWindows(f, text)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return f, nil
}

// A Machine is what all evidence says about one machine.
type Machine struct {
	// Listeners and Listed are as in [File].
	Listeners []Listener
	Listed    map[string]bool
	Scans     []*Scan
	Filters   []*Filter
	// Addresses are the addresses of the machine; empty if no evidence lists them.
	Addresses []netip.Addr
}

// Join combines the files of a machine. The objects of PowerShell refer to each other by
// their ids, whichever file they are in.
func Join(files []*File) (*Machine, error) {
	m := &Machine{Listed: make(map[string]bool)}
	w := windowsReading{}
	saved := make(map[int]bool) // families for which iptables-save has more details than nft
	for _, f := range files {
		for transport := range f.Listed {
			m.Listed[transport] = true
		}
		m.Listeners = append(m.Listeners, f.Listeners...)
		m.Scans = append(m.Scans, f.Scans...)
		w.records = append(w.records, f.records...)
		if f.Filter == nil {
			continue
		}
		if twice := slices.IndexFunc(m.Filters, func(x *Filter) bool { return x.Program == f.Filter.Program }); twice >= 0 {
			return nil, fmt.Errorf("%s and %s are both from %s: name only one of them", m.Filters[twice].File, f.Name, f.Filter.Program)
		}
		m.Filters = append(m.Filters, f.Filter)
		saved[4] = saved[4] || f.Kind == IPTables
		saved[6] = saved[6] || f.Kind == IP6Tables
	}
	for _, f := range m.Filters {
		if f.Program == "nftables" {
			f.Hooks = slices.DeleteFunc(f.Hooks, func(h *Hook) bool { return h.iptables && saved[h.Family] })
		}
	}
	if len(w.records) > 0 {
		if err := w.join(m); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(m.Listeners, func(a, b Listener) int {
		return cmp.Or(strings.Compare(a.Transport, b.Transport), a.Port-b.Port, a.Address.Compare(b.Address))
	})
	m.Listeners = slices.CompactFunc(m.Listeners, func(a, b Listener) bool {
		return a.Transport == b.Transport && a.Port == b.Port && a.Address == b.Address
	})
	if len(m.Listed) == 0 && len(m.Scans) == 0 && len(m.Filters) == 0 {
		return nil, errors.New("there is nothing in the evidence that can be compared with a site")
	}
	return m, nil
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

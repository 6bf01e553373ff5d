package evidence

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strconv"
	"strings"

	"github.com/portspec/portspec/internal/model"
)

// A Scan is what nmap found out about one machine from outside.
type Scan struct {
	File      string
	Addresses []netip.Addr
	// Scanned are the ports that were tried, by transport.
	Scanned map[string][]model.PortRange
	// States are the states of ports, by transport: open, closed, filtered, open|filtered,
	// unfiltered.
	States map[string]map[int]string
	// Rest is the state of the scanned ports that are not listed, by transport, if all have
	// the same; "" if it is not known.
	Rest map[string]string
}

// State returns the state that nmap reports for a port; "" if nmap did not try it.
func (s *Scan) State(transport string, port int) string {
	if state := s.States[transport][port]; state != "" {
		return state
	}
	if within(s.Scanned[transport], port) {
		return s.Rest[transport]
	}
	return ""
}

type nmapRun struct {
	Scanner  string `xml:"scanner,attr"`
	ScanInfo []struct {
		Protocol string `xml:"protocol,attr"`
		Services string `xml:"services,attr"`
	} `xml:"scaninfo"`
	Hosts []struct {
		Status struct {
			State string `xml:"state,attr"`
		} `xml:"status"`
		Addresses []struct {
			Addr string `xml:"addr,attr"`
			Type string `xml:"addrtype,attr"`
		} `xml:"address"`
		Extra []struct {
			State string `xml:"state,attr"`
			Count int    `xml:"count,attr"`
		} `xml:"ports>extraports"`
		Ports []struct {
			Protocol string `xml:"protocol,attr"`
			ID       int    `xml:"portid,attr"`
			State    struct {
				State string `xml:"state,attr"`
			} `xml:"state"`
		} `xml:"ports>port"`
	} `xml:"host"`
	Finished *struct {
		Exit string `xml:"exit,attr"`
	} `xml:"runstats>finished"`
}

// maxXMLDepth is the greatest depth of elements; those of nmap are six deep.
const maxXMLDepth = 50

// readNmap reads what nmap -oX writes.
func readNmap(f *File, data []byte) error {
	if err := checkXML(data); err != nil {
		return err
	}
	var run nmapRun
	if err := xml.Unmarshal(data, &run); err != nil {
		return fmt.Errorf("it is not XML of nmap: %w", err)
	}
	if run.Finished == nil || run.Finished.Exit == "error" {
		return errors.New("nmap did not finish, or the evidence is truncated")
	}
	scanned := make(map[string][]model.PortRange)
	for _, i := range run.ScanInfo {
		list, err := nmapPorts(i.Services)
		if err != nil {
			return err
		}
		scanned[i.Protocol] = append(scanned[i.Protocol], list...)
	}
	for _, h := range run.Hosts {
		s := &Scan{File: f.Name, Scanned: scanned, States: make(map[string]map[int]string), Rest: make(map[string]string)}
		for _, a := range h.Addresses {
			if ip, err := netip.ParseAddr(a.Addr); err == nil && a.Type != "mac" {
				s.Addresses = append(s.Addresses, ip.Unmap())
			}
		}
		for _, p := range h.Ports {
			if s.States[p.Protocol] == nil {
				s.States[p.Protocol] = make(map[int]string)
			}
			s.States[p.Protocol][p.ID] = p.State.State
		}
		// The state of the ports that are not listed is known if nmap summarizes only one
		// state.
		if len(h.Extra) == 1 {
			for transport := range scanned {
				s.Rest[transport] = h.Extra[0].State
			}
		}
		if h.Status.State != "up" {
			s.States, s.Rest = nil, nil
		}
		f.Scans = append(f.Scans, s)
	}
	if len(f.Scans) == 0 {
		return errors.New("nmap found no host that is up; scan with -Pn")
	}
	return nil
}

// checkXML rejects XML that nmap never writes: with entity definitions, deeply nested elements,
// or another root.
func checkXML(data []byte) error {
	d := xml.NewDecoder(bytes.NewReader(data))
	deep, first := 0, true
	for {
		t, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			if deep > 0 {
				return errors.New("an element has no end: the evidence is truncated")
			}
			return nil
		}
		if err != nil {
			return fmt.Errorf("it is not XML, or it is truncated: %w", err)
		}
		switch t := t.(type) {
		case xml.Directive:
			if bytes.ContainsAny(t, "[&%") || bytes.Contains(t, []byte("ENTITY")) {
				return errors.New("it defines entities, unlike the output of nmap")
			}
		case xml.StartElement:
			if first && t.Name.Local != "nmaprun" {
				return fmt.Errorf("it is XML with the root %s, not what nmap -oX writes", t.Name.Local)
			}
			first = false
			if deep++; deep > maxXMLDepth {
				return fmt.Errorf("its elements are nested more than %d deep, unlike those of nmap", maxXMLDepth)
			}
		case xml.EndElement:
			deep--
		}
	}
}

// nmapPorts reads "20-25,8443".
func nmapPorts(s string) ([]model.PortRange, error) {
	var all []model.PortRange
	for part := range strings.SplitSeq(s, ",") {
		if part == "" {
			continue
		}
		from, to, ok := strings.Cut(part, "-")
		if !ok {
			to = from
		}
		a, errA := strconv.ParseUint(from, 10, 16)
		b, errB := strconv.ParseUint(to, 10, 16)
		if errA != nil || errB != nil {
			return nil, fmt.Errorf("%q is not a port or a range of ports", part)
		}
		all = append(all, model.PortRange{From: int(a), To: int(b)})
	}
	return all, nil
}

package cli

import (
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// explainSite explains why ports of a site are open and flows are permitted.
func (w *workspace) explainSite(cmd *cobra.Command, places, flows []string) error {
	d, err := w.resolved(cmd, errFindings)
	if err != nil {
		return err
	}
	e := &siteExplainer{deployment: d, name: w.FileName, out: cmd.OutOrStdout()}
	for _, place := range places {
		host, port, transport, err := e.place(place)
		if err != nil {
			return err
		}
		e.port(host, port, transport)
	}
	for _, id := range flows {
		if err := e.flow(id); err != nil {
			return err
		}
	}
	if e.nothing {
		return errFindings
	}
	return nil
}

type siteExplainer struct {
	*deployment
	name    func(file string) string
	out     io.Writer
	nothing bool // some port or flow had no explanation
}

// place parses HOST:PORT. The host is an id, a name or an address, and a transport may
// follow the port: ums1:30001/tcp.
func (e *siteExplainer) place(s string) (*model.Deployed, int, string, error) {
	bad := func(why string) error {
		return fmt.Errorf("%s: %s; write HOST:PORT, as in ums1:30001 or 10.1.0.11:6155/udp", s, why)
	}
	text, transport, _ := strings.Cut(s, "/")
	host, number, err := net.SplitHostPort(text)
	if err != nil {
		return nil, 0, "", bad("not a host and port")
	}
	port, err := strconv.Atoi(number)
	if err != nil || port < 1 || port > 65535 {
		return nil, 0, "", bad(number + " is not a port")
	}
	if transport != "" && !model.HasPorts(transport) {
		return nil, 0, "", bad(transport + " has no ports")
	}
	for _, h := range e.Hosts {
		if h.ID == host || slices.Contains(h.Names, host) || slices.Contains(h.Addresses, host) {
			return h, port, transport, nil
		}
	}
	_, err = e.choose([]string{host})
	return nil, 0, "", err
}

// port prints what listens on a port of a host, why, and who may reach it.
func (e *siteExplainer) port(h *model.Deployed, port int, transport string) {
	in := func(ports []model.PortRange) bool {
		return slices.ContainsFunc(ports, func(r model.PortRange) bool { return r.From <= port && port <= r.To })
	}
	found := false
	for _, s := range h.Sockets {
		if !in(s.Ports) || transport != "" && s.Transport != transport {
			continue
		}
		found = true
		where := "on any address"
		if s.Bind == "loopback" {
			where = "on loopback"
		}
		if s.Dynamic {
			where += ", one of " + model.FormatPorts(s.Ports) + " at run time"
		}
		fmt.Fprintf(e.out, "%s %s/%d: %s.%s (%s), %s\n", h.ID, s.Transport, port, s.Place, s.Listener.ID, shown(s.Listener.Purpose), where)
		e.reasons(s.Why)
		for _, p := range h.Inbound {
			if p.Connection.To.ID != s.Place.Component() || p.Connection.Product.ID != s.Place.Product() || p.Connection.Listener.ID != s.Listener.ID || p.Transport != s.Transport || p.Back != "" {
				continue
			}
			for _, end := range p.Sources(h) {
				fmt.Fprintf(e.out, "  permitted from %s: %s.%s%s\n", peerName(end), p.Connection.Product.ID, p.Connection.Flow.ID, optionalText(p))
			}
		}
	}
	if !found {
		e.nothing = true
		fmt.Fprintf(e.out, "%s %d: none of the site's products listens there\n", h.ID, port)
	}
}

// flow prints between which hosts a flow is permitted, and why.
func (e *siteExplainer) flow(id string) error {
	product, flow := "", id
	if i := strings.LastIndexByte(id, '/'); i >= 0 { // a version may have slashes
		product, flow = id[:i], id[i+1:]
	}
	var known []string
	found := false
	for _, p := range e.Products {
		if product != "" && product != p.ID && product != p.Ref() {
			continue
		}
		for _, f := range p.Flows {
			known = append(known, f.ID)
			found = found || f.ID == flow
		}
	}
	if !found {
		hint := ""
		if near := diag.Nearest(flow, known); near != "" {
			hint = "; did you mean " + near + "?"
		}
		return fmt.Errorf("no flow %s in the products of the site%s", id, hint)
	}
	is := func(p *model.Permit) bool {
		of := p.Connection.Product
		return p.Connection.Flow.ID == flow && (product == "" || product == of.ID || product == of.Ref())
	}
	permitted := false
	for _, p := range e.Permits {
		if is(p) {
			permitted = true
			e.permit(p, strings.Join(peerNames(p.From), ", "), strings.Join(peerNames(p.To), ", "))
		}
	}
	for _, p := range e.Local {
		if is(p) {
			permitted = true
			e.permit(p, "each of "+strings.Join(peerNames(p.From), ", "), "itself, without using the network")
		}
	}
	if !permitted {
		e.nothing = true
		fmt.Fprintf(e.out, "%s: not permitted: its features are not chosen, or one of its ends has no location in the site\n", id)
	}
	return nil
}

func (e *siteExplainer) permit(p *model.Permit, from, to string) {
	c := p.Connection
	ports := gen.PortsText(p.Ports, p.Dynamic)
	if ports != "" {
		ports = "/" + ports
	}
	back := ""
	if p.Back != "" {
		back = ", " + gen.BackText[p.Back]
	}
	fmt.Fprintf(e.out, "%s/%s: %s.%s %s%s%s%s\n  from %s\n  to %s\n", shown(c.Product.Called()), c.Flow.ID, c.To.ID, c.Listener.ID, p.Transport, ports, back, optionalText(p), from, to)
	e.reasons(p.Why)
}

// optionalText marks permits that are left out unless the user asks for them.
func optionalText(p *model.Permit) string {
	if p.Connection.Flow.Optional {
		return " (optional: playbooks leave it out by default)"
	}
	return ""
}

func (e *siteExplainer) reasons(why []model.Reason) {
	for _, r := range why {
		at := r.At
		at.File = e.name(at.File)
		cite := ""
		if len(r.Cite) > 0 {
			cite = " [" + strings.Join(r.Cite, " ") + "]"
		}
		fmt.Fprintf(e.out, "  %-7s  %s\n           %s%s\n", r.Kind, shown(r.Text), shown(at.String()), cite)
	}
}

func peerNames(ends []*model.End) []string {
	var all []string
	for _, end := range ends {
		all = append(all, peerName(end))
	}
	return all
}

// peerName returns the name of an end, with its addresses.
func peerName(e *model.End) string {
	if all := e.Addresses(); len(all) > 0 {
		return e.ID() + " (" + strings.Join(all, " ") + ")"
	}
	return e.ID()
}

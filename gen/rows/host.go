package rows

import (
	"github.com/portspec/portspec/internal/model"
)

// A host is one host as resolve prints it in JSON.
type host struct {
	OS        string   `json:"os,omitempty"`
	Addresses []string `json:"addresses"`
	Names     []string `json:"names,omitempty"`
	Count     int      `json:"count"`
	Zone      string   `json:"zone,omitempty"`
	// Releases are those of products that differ on this host.
	Releases map[string]string `json:"releases,omitempty"`
	Sockets  []socketRow       `json:"sockets"`
	Inbound  []permitRow       `json:"inbound"`
	Outbound []permitRow       `json:"outbound"`
}

type socketRow struct {
	Component model.Place       `json:"component"`
	Listener  string            `json:"listener"`
	Transport string            `json:"transport"`
	Ports     []model.PortRange `json:"ports"` // empty for a dynamic port without a range and for protocols without ports
	Dynamic   bool              `json:"dynamic"`
	Bind      string            `json:"bind"`
	Phase     string            `json:"phase,omitempty"`
	Why       []model.Reason    `json:"why"`
}

type permitRow struct {
	Flow      string            `json:"flow"`
	Product   string            `json:"product"`
	Listener  string            `json:"listener"` // component.listener that is talked to
	Back      string            `json:"back,omitempty"`
	From      *peerRow          `json:"from,omitempty"`
	To        *peerRow          `json:"to,omitempty"`
	Transport string            `json:"transport"`
	Ports     []model.PortRange `json:"ports"`
	Dynamic   bool              `json:"dynamic"`
	Source    []model.PortRange `json:"source_ports,omitempty"`
	Groups    []string          `json:"groups,omitempty"`
	Family    string            `json:"family,omitempty"`
	Optional  bool              `json:"optional"`
	Phase     string            `json:"phase,omitempty"`
	Purpose   string            `json:"purpose"`
	Why       []model.Reason    `json:"why"`
}

// A peerRow is the other end: a host, a zone, any host, or something elsewhere.
type peerRow struct {
	Host      string   `json:"host,omitempty"`
	Zone      string   `json:"zone,omitempty"`
	Any       bool     `json:"any,omitempty"`
	Elsewhere string   `json:"elsewhere,omitempty"` // a shared service, or product/component
	Addresses []string `json:"addresses"`
}

func newHost(h *model.Deployed) host {
	row := host{
		OS: h.OS, Addresses: NotNull(h.Addresses), Names: h.Names, Count: h.Count, Zone: h.NetZone, Releases: h.Releases,
		Sockets: []socketRow{}, Inbound: []permitRow{}, Outbound: []permitRow{},
	}
	for _, s := range h.Sockets {
		row.Sockets = append(row.Sockets, socketRow{s.Place, s.Listener.ID, s.Transport, NotNull(s.Ports), s.Dynamic, s.Bind, s.Phase, s.Why})
	}
	for _, p := range h.Inbound {
		for _, end := range p.Sources(h) {
			r := newPermitRow(p)
			r.From = newPeerRow(end)
			row.Inbound = append(row.Inbound, r)
		}
	}
	for _, p := range h.Outbound {
		for _, end := range p.Destinations(h) {
			r := newPermitRow(p)
			r.To = newPeerRow(end)
			row.Outbound = append(row.Outbound, r)
		}
	}
	return row
}

func newPermitRow(p *model.Permit) permitRow {
	c := p.Connection
	return permitRow{
		Flow: c.Flow.ID, Product: c.Product.ID, Listener: c.To.ID + "." + c.Listener.ID, Back: p.Back,
		Transport: p.Transport, Ports: NotNull(p.Ports), Dynamic: p.Dynamic, Source: p.SourcePorts, Groups: p.Groups,
		Family: c.Flow.Family, Optional: c.Flow.Optional, Phase: c.Phase, Purpose: c.Flow.Purpose, Why: p.Why,
	}
}

func newPeerRow(e *model.End) *peerRow {
	row := &peerRow{Addresses: NotNull(e.Addresses()), Any: e.Any, Zone: e.Zone}
	switch {
	case e.Host != nil:
		row.Host = e.Host.ID
	case e.Location != nil, e.Fixed != nil:
		row.Elsewhere, row.Zone = e.ID(), e.NetZone
	}
	return row
}

package model

import "slices"

// A Firewall has the settings of the firewalls of a site's hosts.
type Firewall struct {
	Management []*Management `json:"management"`
	Outbound   string        `json:"outbound"` // free or listed
	// Permits record who is responsible for the permits of flows.
	Permits []*PermitRecord `json:"permits,omitempty"`
	// Pods are the hosts that are pods of a Kubernetes cluster.
	Pods []*Pods `json:"pods,omitempty"`
	// AWS lists the hosts that are instances in Amazon's cloud.
	AWS []string `json:"aws,omitempty"`
}

// Pods selects the pods that are a host: those in a namespace that have all labels.
type Pods struct {
	Host      string            `json:"host"`
	Namespace string            `json:"namespace"`
	Labels    map[string]string `json:"labels"` // never empty
}

// PodsOf returns the selection of the pods of a host, or nil.
func (f *Firewall) PodsOf(host string) *Pods {
	if f == nil {
		return nil
	}
	return find(f.Pods, func(p *Pods) bool { return p.Host == host })
}

// Within reports whether all of the pods are also pods of another host.
func (p *Pods) Within(other *Pods) bool {
	if p.Namespace != other.Namespace {
		return false
	}
	for key, value := range other.Labels {
		if p.Labels[key] != value {
			return false
		}
	}
	return true
}

// Free reports whether a site lets its hosts open any connection.
func (f *Firewall) Free() bool { return f != nil && f.Outbound == "free" }

// A Management lets administrators in, or lets hosts out to systems for administration: either
// From or To is set.
type Management struct {
	ID        string   `json:"id"`
	From      []string `json:"from,omitempty"` // addresses and networks
	To        []string `json:"to,omitempty"`
	Transport string   `json:"transport"` // tcp or udp
	Ports     []int    `json:"ports"`
	Hosts     []string `json:"hosts,omitempty"` // empty for all
	OS        []string `json:"os,omitempty"`    // empty for all
}

// On reports whether m is for a host.
func (m *Management) On(h *Host) bool {
	return (len(m.Hosts) == 0 || slices.Contains(m.Hosts, h.ID)) && (len(m.OS) == 0 || slices.Contains(m.OS, h.OS))
}

// A PermitRecord records who asked for the permits of a flow, and for how long.
type PermitRecord struct {
	Flow   string `json:"flow"` // as product/flow
	Owner  string `json:"owner,omitempty"`
	Ticket string `json:"ticket,omitempty"`
	Until  string `json:"until,omitempty"` // the last day, as in 2027-01-31; "" for no end
}

// Record returns the record of a flow, given as product/flow, or nil.
func (f *Firewall) Record(flow string) *PermitRecord {
	if f == nil {
		return nil
	}
	return find(f.Permits, func(p *PermitRecord) bool { return p.Flow == flow })
}

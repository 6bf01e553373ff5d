package model

import (
	"maps"
	"slices"
	"strings"
)

// A Site is a real deployment: what runs where, with which features and ports.
type Site struct {
	ID          string         `json:"site"`
	Name        string         `json:"name,omitempty"`
	Description string         `json:"description,omitempty"`
	Products    []*Use         `json:"products,omitempty"`
	Services    []*Location    `json:"services,omitempty"`
	Zones       []*NetworkZone `json:"zones,omitempty"`
	Hosts       []*Host        `json:"hosts"`
	// Firewall is how the hosts' firewalls are set; nil where the site does not say.
	Firewall *Firewall `json:"firewall,omitempty"`
	// Suppress lists the findings of the site that are accepted.
	Suppress []*Suppression `json:"suppress,omitempty"`

	Positions Positions `json:"-"`
}

// A Use is how a site uses a product.
type Use struct {
	Product string `json:"product"`
	// Features holds the values chosen, by feature; switches are on or off.
	Features map[string][]string `json:"features,omitempty"`
	// Ports that the site decides for all hosts: component, listener, ports.
	Ports map[string]map[string]PortRange `json:"ports,omitempty"`
	// Transports that the site decides where the specs do not know them: component,
	// listener, transports.
	Transports map[string]map[string][]string `json:"transports,omitempty"`
	// Directions of flows whose direction the specs do not know: as-written,
	// reverse or both.
	Directions map[string]string `json:"directions,omitempty"`
	// Suffices is all or one, by flows of which the specs do not know it.
	Suffices map[string]string `json:"suffices,omitempty"`
	// Without lists the components that the site does not have.
	Without []string `json:"without,omitempty"`
}

// A Location is where a shared service or a component is that no host of the
// site runs.
type Location struct {
	// What is the id of a shared service, or a component as product/component.
	What string `json:"what"`
	Endpoints
	Zone string `json:"zone,omitempty"`
}

// IsService reports whether it is that of a shared service, not of a component.
func (l *Location) IsService() bool { return !strings.Contains(l.What, "/") }

// A NetworkZone is a part of the network.
type NetworkZone struct {
	ID       string   `json:"id"`
	Name     string   `json:"name,omitempty"`
	Networks []string `json:"networks,omitempty"`
}

// A Host is one machine, or a group of machines that are alike.
type Host struct {
	ID        string   `json:"id"`
	Name      string   `json:"name,omitempty"`
	OS        string   `json:"os,omitempty"`
	OSVersion string   `json:"os_version,omitempty"` // "" is a current release
	Addresses []string `json:"addresses,omitempty"`  // of a group, networks too
	Names     []string `json:"names,omitempty"`
	Count     int      `json:"count"` // how many machines there are, from 1
	Zone      string   `json:"zone,omitempty"`
	Runs      []Place  `json:"runs"`
	// Ports that are others on this host only: component, listener, ports.
	Ports map[Place]map[string]PortRange `json:"ports,omitempty"`
}

// A Place names a component by its product: "igel-ums/ums-server".
type Place string

// PlaceOf is the place of a component of a product.
func PlaceOf(product, component string) Place { return Place(product + "/" + component) }

// Product is the id of the product.
func (p Place) Product() string {
	product, _, _ := strings.Cut(string(p), "/")
	return product
}

// Component is the id of the component.
func (p Place) Component() string {
	_, component, _ := strings.Cut(string(p), "/")
	return component
}

// Host returns the host with that id, or nil.
func (s *Site) Host(id string) *Host {
	return find(s.Hosts, func(h *Host) bool { return h.ID == id })
}

// Use returns how the site uses a product, or nil where it says nothing of it.
func (s *Site) Use(product string) *Use {
	return find(s.Products, func(u *Use) bool { return u.Product == product })
}

// Uses lists the ids of the products that hosts run or that the site says
// something of, sorted.
func (s *Site) Uses() []string {
	used := make(map[string]bool)
	for _, u := range s.Products {
		used[u.Product] = true
	}
	for _, h := range s.Hosts {
		for _, p := range h.Runs {
			used[p.Product()] = true
		}
	}
	return slices.Sorted(maps.Keys(used))
}

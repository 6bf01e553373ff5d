package model

import (
	"maps"
	"slices"
	"strings"
)

// A Site is a real deployment: what runs where, and with which features and ports.
type Site struct {
	ID          string         `json:"site"`
	Name        string         `json:"name,omitempty"`
	Description string         `json:"description,omitempty"`
	Products    []*Use         `json:"products,omitempty"`
	Services    []*Location    `json:"services,omitempty"`
	Zones       []*NetworkZone `json:"zones,omitempty"`
	// NAT lists which addresses are translated between zones.
	NAT   []*Translation `json:"nat,omitempty"`
	Hosts []*Host        `json:"hosts"`
	// Firewall has the settings of the hosts' firewalls; nil if the site has none.
	Firewall *Firewall `json:"firewall,omitempty"`
	// Suppress lists the accepted findings about the site.
	Suppress []*Suppression `json:"suppress,omitempty"`

	Positions Positions `json:"-"`
}

// A Use is how a site uses a product.
type Use struct {
	Product string `json:"product"`
	// Release is the version that hosts run; "" is the only one there is.
	Release string `json:"release,omitempty"`
	// Features has the chosen values by feature; switches are on or off.
	Features map[string][]string `json:"features,omitempty"`
	// Ports are set for all hosts, by component and listener.
	Ports map[string]map[string]PortRange `json:"ports,omitempty"`
	// Settings are values of the product's settings, by id.
	Settings map[string]int `json:"settings,omitempty"`
	// Transports are chosen for listeners whose transports are unknown, by component and
	// listener.
	Transports map[string]map[string][]string `json:"transports,omitempty"`
	// Directions are chosen for flows whose direction is unknown: as-written, reverse or
	// both.
	Directions map[string]string `json:"directions,omitempty"`
	// Suffices is all or one, for flows where it is unknown.
	Suffices map[string]string `json:"suffices,omitempty"`
	// Bind is what listeners that are bound to loopback by default are bound to:
	// component, listener, any or loopback.
	Bind map[string]map[string]string `json:"bind,omitempty"`
	// Without lists the components that the site does not have.
	Without []string `json:"without,omitempty"`
}

// A Location is the location of a shared service or a component that no host of the site
// runs.
type Location struct {
	// What is the id of a shared service, or a component as product/component.
	What string `json:"what"`
	Endpoints
	Zone string `json:"zone,omitempty"`
}

// IsService reports whether it is the location of a shared service, not of a component.
func (l *Location) IsService() bool { return !strings.Contains(l.What, "/") }

// A NetworkZone is a part of the network.
type NetworkZone struct {
	ID       string   `json:"id"`
	Name     string   `json:"name,omitempty"`
	Networks []string `json:"networks,omitempty"`
}

// A Host is a machine, or a group of identical machines.
type Host struct {
	ID        string   `json:"id"`
	Name      string   `json:"name,omitempty"`
	OS        string   `json:"os,omitempty"`
	OSVersion string   `json:"os_version,omitempty"` // "" means a current release
	Addresses []string `json:"addresses,omitempty"`  // for a group, also networks
	Names     []string `json:"names,omitempty"`
	Count     int      `json:"count"` // number of machines, at least 1
	Zone      string   `json:"zone,omitempty"`
	Runs      []Place  `json:"runs"`
	// Releases are the versions of products that differ on this host, by product.
	Releases map[string]string `json:"releases,omitempty"`
	// Ports are set only for this host, by component and listener.
	Ports map[Place]map[string]PortRange `json:"ports,omitempty"`
	// Settings are values of settings on this host only: product, setting.
	Settings map[string]map[string]int `json:"settings,omitempty"`
}

// A Place is a component of a product: "igel-ums/ums-server".
type Place string

// PlaceOf returns the place of a component of a product.
func PlaceOf(product, component string) Place { return Place(product + "/" + component) }

// Product returns the id of the product.
func (p Place) Product() string {
	product, _, _ := strings.Cut(string(p), "/")
	return product
}

// Component returns the id of the component.
func (p Place) Component() string {
	_, component, _ := strings.Cut(string(p), "/")
	return component
}

// Host returns the host with that id, or nil.
func (s *Site) Host(id string) *Host {
	return find(s.Hosts, func(h *Host) bool { return h.ID == id })
}

// Use returns how the site uses a product, or nil if the site does not configure it.
func (s *Site) Use(product string) *Use {
	return find(s.Products, func(u *Use) bool { return u.Product == product })
}

// Release returns the version of a product that the site chose for a host or, without a
// host, for everything that is on none; "" if it chose none.
func (s *Site) Release(product string, h *Host) string {
	if h != nil && h.Releases[product] != "" {
		return h.Releases[product]
	}
	if u := s.Use(product); u != nil {
		return u.Release
	}
	return ""
}

// Uses lists the ids of the products that hosts run or that the site configures, sorted.
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

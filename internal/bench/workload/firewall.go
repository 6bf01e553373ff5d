package workload

import (
	"fmt"
	"path/filepath"
	"strings"
)

// PermitsEach is how many permits each host of [Firewall] has.
const PermitsEach = 20

// Firewall writes a workspace with a site of Linux hosts, each of which is reached by as
// many networks, each at a port of its own. A third of the hosts have another port.
func Firewall(dir string, hosts int) error {
	if err := write(filepath.Join(dir, "cue.mod", "module.cue"), moduleFile); err != nil {
		return err
	}
	var p strings.Builder
	p.WriteString(`package store

import "github.com/portspec/portspec/schema"

product: schema.#Product & {
	id:          "store"
	name:        "Store"
	vendor:      "Example"
	version:     "1"
	description: "Keeps what clients send."
	sources: guide: {title: "Guide", tables: ports: {title: "Ports", rows: "1": "all ports"}}
`)
	for k := range PermitsEach {
		fmt.Fprintf(&p, "\tcomponents: \"client-%d\": {name: \"Client %d\", kind: \"external\"}\n", k, k)
		fmt.Fprintf(&p, "\tcomponents: server: listeners: \"l%d\": {purpose: \"Client %d\", transports: [\"tcp\"], port: %d}\n", k, k, openAt(0, k))
		fmt.Fprintf(&p, "\tflows: \"f%d\": {from: [\"client-%d\"], to: server: [\"l%d\"], purpose: \"Client %d sends\", cite: [\"store/ports/1\"]}\n", k, k, k, k)
	}
	p.WriteString("\tcomponents: server: name: \"Server\"\n}\n")
	if err := write(filepath.Join(dir, "store", "store.cue"), p.String()); err != nil {
		return err
	}
	var b strings.Builder
	b.WriteString(`package site

import (
	"github.com/portspec/portspec/schema"
	"example.com/portfolio/store"
)

site: schema.#Site & {
	site: "stores"
	catalog: products: "store": store.product
	firewall: {outbound: "free", management: admins: {from: ["10.250.0.0/24"], ports: [22]}}
`)
	for k := range PermitsEach {
		fmt.Fprintf(&b, "\tservices: \"store/client-%d\": networks: [%q]\n", k, clientOf(k))
	}
	for i := range hosts {
		fmt.Fprintf(&b, "\thosts: \"host-%d\": {os: \"linux\", addresses: [%q], runs: [\"store/server\"]", i, addressOf(i))
		if port := openAt(i, 0); port != openAt(0, 0) {
			fmt.Fprintf(&b, ", ports: \"store/server\": l0: %d", port)
		}
		b.WriteString("}\n")
	}
	b.WriteString("}\n")
	return write(filepath.Join(dir, "site", "site.cue"), b.String())
}

// Capirca writes the same policy as [Firewall] as definitions and policies of Capirca, one
// for each host.
func Capirca(dir string, hosts int) error {
	var networks, services strings.Builder
	seen := make(map[int]bool)
	for k := range PermitsEach {
		fmt.Fprintf(&networks, "CLIENT_%d = %s\n", k, clientOf(k))
	}
	for i := range hosts {
		fmt.Fprintf(&networks, "HOST_%d = %s/32\n", i, addressOf(i))
		b := &strings.Builder{}
		b.WriteString("header {\n  target:: nftables inet input\n}\n")
		for k := range PermitsEach {
			port := openAt(i, k)
			if !seen[port] {
				seen[port] = true
				fmt.Fprintf(&services, "PORT_%d = %d/tcp\n", port, port)
			}
			fmt.Fprintf(b, "term f%d {\n  source-address:: CLIENT_%d\n  destination-address:: HOST_%d\n  destination-port:: PORT_%d\n  protocol:: tcp\n  action:: accept\n}\n", k, k, i, port)
		}
		if err := write(filepath.Join(dir, "pol", fmt.Sprintf("host-%d.pol", i)), b.String()); err != nil {
			return err
		}
	}
	if err := write(filepath.Join(dir, "def", "networks.net"), networks.String()); err != nil {
		return err
	}
	return write(filepath.Join(dir, "def", "services.svc"), services.String())
}

func clientOf(k int) string { return fmt.Sprintf("10.%d.0.0/16", 100+k) }

func addressOf(host int) string { return fmt.Sprintf("10.%d.%d.%d", 1+host>>16, host>>8&255, host&255) }

// openAt is the port of a host that a client reaches.
func openAt(host, client int) int {
	if client == 0 && host%3 == 1 {
		return 30000 + host%500
	}
	return 20000 + client
}

package workload

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
)

// kinds are the kinds of hosts, with their percentages.
var kinds = []struct {
	share int
	os    string
	runs  []string
}{
	{50, "windows", []string{"shopping/client", "profileunity/desktop", "shopping/browser"}},
	{44, "igel-os", []string{"igel-ums/os12-device"}},
	{1, "windows", []string{"igel-ums/ums-server", "igel-ums/ha-load-balancer"}},
	{1, "windows", []string{"profileunity/server"}},
	{1, "windows", []string{"shopping/website", "shopping/central-service"}},
	{1, "windows", []string{"shopping/configuration-manager", "shopping/receiver"}},
	{1, "windows", []string{"profileunity/home-share", "profileunity/vhd-share"}},
	{1, "windows", []string{"igel-ums/ums-console", "igel-ums/ums-web-app", "profileunity/admin-pc", "shopping/admin-console"}},
}

// Site writes a workspace with a site of the three products. All hosts have different
// addresses, and a third of the desktops have their own port.
func Site(dir string, hosts int) error {
	if err := write(filepath.Join(dir, "cue.mod", "module.cue"), moduleFile); err != nil {
		return err
	}
	var b strings.Builder
	b.WriteString(`package site

import (
	"github.com/portspec/portspec/schema"
	"github.com/portspec/portspec/specs"
)

site: schema.#Site & {
	site:    "estate"
	catalog: specs.catalog
	products: "igel-ums": {
		features: {database: "postgresql", "high-availability": true, "network-registration": false}
		without: ["os11-device"]
	}
	services: {
		"active-directory": addresses: ["10.0.0.5"]
		postgresql: addresses: ["10.0.0.6"]
		"sql-server": addresses: ["10.0.0.7"]
		smtp: addresses: ["10.0.0.8"]
	}
	hosts: {
`)
	r := rand.New(rand.NewPCG(1, uint64(hosts)))
	for i := range hosts {
		n, kind := r.IntN(100), kinds[0]
		if i < len(kinds) {
			kind = kinds[i] // at least one of each
		} else {
			for _, k := range kinds {
				if kind = k; n < k.share {
					break
				}
				n -= k.share
			}
		}
		fmt.Fprintf(&b, "\t\t\"host-%d\": {\n\t\t\tos: %q\n\t\t\taddresses: [\"10.%d.%d.%d\"]\n\t\t\truns: [\"%s\"]\n",
			i, kind.os, 1+i>>16, i>>8&255, i&255, strings.Join(kind.runs, `", "`))
		if kind.runs[0] == "shopping/client" && i%3 == 0 {
			fmt.Fprintf(&b, "\t\t\tports: \"shopping/client\": loopback: %d\n", 8001+i%500)
		}
		b.WriteString("\t\t}\n")
	}
	b.WriteString("\t}\n}\n")
	return write(filepath.Join(dir, "site", "site.cue"), b.String())
}

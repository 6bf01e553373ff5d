package decode

import "github.com/portspec/portspec/internal/model"

// Site decodes a #Site.
func Site(r Reader) *model.Site {
	return &model.Site{
		ID:          r.Text("site"),
		Name:        r.Text("name"),
		Description: r.Text("description"),
		Products: List(r.Get("products"), func(id string, r Reader) *model.Use {
			return &model.Use{
				Product:    id,
				Release:    r.Text("release"),
				Features:   table(r.Get("features"), values),
				Ports:      table(r.Get("ports"), sitePorts),
				Bind:       table(r.Get("bind"), func(r Reader) map[string]string { return table(r, text) }),
				Transports: table(r.Get("transports"), func(r Reader) map[string][]string { return table(r, texts) }),
				Settings:   table(r.Get("settings"), number),
				Directions: table(r.Get("directions"), text),
				Suffices:   table(r.Get("suffices"), text),
				Without:    r.Texts("without"),
			}
		}),
		Services: List(r.Get("services"), func(id string, r Reader) *model.Location {
			return &model.Location{What: id, Zone: r.Text("zone"), Endpoints: endpoints(r)}
		}),
		Zones: List(r.Get("zones"), func(id string, r Reader) *model.NetworkZone {
			return &model.NetworkZone{ID: id, Name: r.Text("name"), Networks: addresses(r.Get("networks"))}
		}),
		NAT: List(r.Get("nat"), func(id string, r Reader) *model.Translation {
			return &model.Translation{
				ID: id, Addresses: addresses(r.Get("addresses")), SeenAs: addresses(r.Get("seen_as")),
				Zones: r.Texts("zones"), Hides: r.bool("hides"),
			}
		}),
		Hosts:    List(r.Get("hosts"), host),
		Firewall: firewall(r.Get("firewall")),
		Suppress: List(r.Get("suppress"), suppression),
	}
}

func host(id string, r Reader) *model.Host {
	h := &model.Host{
		ID: id, Name: r.Text("name"), OS: r.Text("os"), OSVersion: r.Text("os_version"),
		Addresses: addresses(r.Get("addresses")), Names: r.Texts("names"), Count: r.int("count"), Zone: r.Text("zone"),
	}
	for _, at := range r.Texts("runs") {
		h.Runs = append(h.Runs, model.Place(at))
	}
	h.Releases = table(r.Get("releases"), text)
	h.Settings = table(r.Get("settings"), func(r Reader) map[string]int { return table(r, number) })
	for at, ports := range table(r.Get("ports"), sitePorts) {
		if h.Ports == nil {
			h.Ports = make(map[model.Place]map[string]model.PortRange)
		}
		h.Ports[model.Place(at)] = ports
	}
	return h
}

func firewall(r Reader) *model.Firewall {
	if !r.Exists() {
		return nil
	}
	return &model.Firewall{
		Outbound: r.Text("outbound"),
		Management: List(r.Get("management"), func(id string, r Reader) *model.Management {
			return &model.Management{
				ID: id, From: addresses(r.Get("from")), To: addresses(r.Get("to")), Transport: r.Text("transport"),
				Ports: items(r.Get("ports"), number), Hosts: r.Texts("hosts"), OS: r.Texts("os"),
			}
		}),
		Permits: List(r.Get("permits"), func(flow string, r Reader) *model.PermitRecord {
			return &model.PermitRecord{Flow: flow, Owner: r.Text("owner"), Ticket: r.Text("ticket"), Until: r.Text("until")}
		}),
		Pods: List(r.Get("kubernetes").Get("pods"), func(host string, r Reader) *model.Pods {
			return &model.Pods{Host: host, Namespace: r.Text("namespace"), Labels: table(r.Get("labels"), text)}
		}),
		AWS: r.Get("aws").Texts("hosts"),
	}
}

// values returns the values of a feature: that of a switch, a choice, or several choices.
func values(r Reader) []string {
	switch v := r.scalar().(type) {
	case bool:
		if v {
			return []string{"on"}
		}
		return []string{"off"}
	case string:
		return []string{v}
	}
	return texts(r)
}

func sitePorts(r Reader) map[string]model.PortRange {
	return table(r, func(r Reader) model.PortRange {
		return portOrRange(r)
	})
}

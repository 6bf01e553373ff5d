package diff

import (
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/model"
)

// A Step is a step in changing a site. The order of the steps ensures that nobody is cut off in
// between.
type Step struct {
	Do    Task     `json:"do"`
	Hosts []string `json:"hosts"` // where there is something to do
	// Rules are the rules of the hosts' firewalls that are opened or closed, if the site says
	// how firewalls are set.
	Rules []*FirewallRule `json:"rules,omitempty"`
}

// A Task is what a step does.
type Task string

// The tasks, in their order. The side that listens is opened first, so that nobody is refused
// by it, and closed last.
const (
	OpenInbound   Task = "open-inbound"
	OpenOutbound  Task = "open-outbound"
	Upgrade       Task = "upgrade"
	CloseOutbound Task = "close-outbound"
	CloseInbound  Task = "close-inbound"
)

// Tasks lists all tasks in their order.
var Tasks = []Task{OpenInbound, OpenOutbound, Upgrade, CloseOutbound, CloseInbound}

// Plan sets the steps, given the changes of the site, the rules that are opened and closed, and
// the hosts that are upgraded, if any.
func (c *Changes) Plan(upgraded []string, rules map[Task][]*FirewallRule) {
	c.Work = nil
	at := map[Task][]string{Upgrade: upgraded}
	add := func(task Task, host string) {
		if !slices.Contains(at[task], host) {
			at[task] = append(at[task], host)
		}
	}
	for _, x := range c.Site {
		for _, task := range x.tasks() {
			add(task, x.Host)
		}
	}
	for _, task := range Tasks {
		for _, r := range rules[task] {
			add(task, r.Host)
		}
		if task != Upgrade {
			slices.Sort(at[task])
		}
		if len(at[task]) > 0 {
			c.Work = append(c.Work, &Step{task, at[task], rules[task]})
		}
	}
}

// tasks lists the tasks that follow from a change of a host's rule. Sockets require none, since
// the product opens them.
func (c *SiteChange) tasks() []Task {
	open, shut := OpenInbound, CloseInbound
	switch c.Rule().Direction {
	case "listens":
		return nil
	case "outbound":
		open, shut = OpenOutbound, CloseOutbound
	}
	switch c.Class {
	case MustOpen:
		return []Task{open}
	case MayClose:
		return []Task{shut}
	case Moved:
		return []Task{open, shut}
	}
	return nil
}

// A FirewallRule describes packets that a host's firewall begins or ceases to let through.
type FirewallRule struct {
	Host string `json:"host"`
	// Targets are the targets that write the rule: nftables, windows and others.
	Targets   []string `json:"targets"`
	Transport string   `json:"transport"`
	// Addresses are the addresses, networks and ranges of the other side.
	Addresses []string `json:"addresses"`
	// Ports are the ports of the side that listens; empty for all ports, and for protocols
	// without ports.
	Ports       []model.PortRange `json:"ports,omitempty"`
	SourcePorts []model.PortRange `json:"source_ports,omitempty"`
	ICMP        []model.ICMP      `json:"icmp,omitempty"` // which messages; all of them if empty
	Flows       []string          `json:"flows"`          // flows and managements that it is for
}

// key orders and identifies rules, ignoring their targets.
func (r *FirewallRule) key() string {
	of := *r
	of.Targets = nil
	return strings.Join([]string{r.Host, r.Transport, string(encode(of))}, "\x00")
}

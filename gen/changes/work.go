package changes

import (
	"fmt"
	"strings"

	"github.com/portspec/portspec/internal/diff"
	"github.com/portspec/portspec/internal/english"
	"github.com/portspec/portspec/internal/model"
)

// taskWords describe what to do in a step.
var taskWords = map[diff.Task]string{
	diff.OpenInbound:   "open what is new on the side that listens",
	diff.OpenOutbound:  "open what is new on the side that starts",
	diff.Upgrade:       "upgrade",
	diff.CloseOutbound: "close what is no longer used on the side that starts",
	diff.CloseInbound:  "close what is no longer used on the side that listens",
}

// stepText describes a step: what to do, and on which hosts.
func stepText(s *diff.Step) string { return taskWords[s.Do] + ": " + english.And(s.Hosts) }

// firewallText describes a rule of a step: "s1 (nftables): from 10.0.0.3, tcp 7443, for
// beacon/report".
func firewallText(task diff.Task, r *diff.FirewallRule) string {
	side := "from"
	if task == diff.OpenOutbound || task == diff.CloseOutbound {
		side = "to"
	}
	text := r.Host + " (" + strings.Join(r.Targets, ", ") + "): " + side + " " + strings.Join(r.Addresses, ", ") + ", " + r.Transport
	if len(r.Ports) > 0 {
		text += " " + model.FormatPorts(r.Ports)
	}
	for i, m := range r.ICMP {
		if i > 0 {
			text += ","
		}
		text += fmt.Sprintf(" type %d", m.Type)
		if m.Code != nil {
			text += fmt.Sprintf(" code %d", *m.Code)
		}
	}
	if len(r.SourcePorts) > 0 {
		text += " from port " + model.FormatPorts(r.SourcePorts)
	}
	return text + ", for " + english.And(r.Flows)
}

package ansible

import (
	"github.com/portspec/portspec/internal/model"
)

// ruleSections returns the variables for what changes on shared hosts, and for the firewall
// rules.
func ruleSections(p *model.Product, lists ruleLists) []section {
	return []section{
		{"rules", rulesComment, sharingRules(p)},
		{"inbound", inboundComment, perComponent(p, lists.inbound)},
		{"outbound", "Outbound rules of a host that runs the component.", perComponent(p, lists.outbound)},
		{"unnumbered", unnumberedComment, perComponent(p, lists.unnumbered)},
	}
}

const rulesComment = `What changes where components share a host. For such a
host, set PREFIX_changes to the ports under "move". What is under "close" is not
opened there, and needs no inbound rule.`

const inboundComment = `Inbound rules of a host that runs the component. The example playbook sets
firewalls by them; tasks of your own can loop over them:

    loop: "{{ PREFIX_inbound[component] | selectattr('port', 'defined')
      | rejectattr('one_of', 'defined') | selectattr('when', 'subset', PREFIX_met) }}"

A rule is needed if all conditions in "when" are met. "from" lists who
connects: permit only these, not everybody. "port" is a number, or a range as firewalld and Windows write it; "dport" is the same for
iptables and ufw. Protocols without ports have neither. "one_of" lists ports of
which the site uses one.`

const unnumberedComment = `Like the two lists above, but the port is not known: it is chosen at run time,
or not documented. If your site has fixed it, set it in PREFIX_changes.`

// perComponent has a list for every component, so that playbooks need no default.
func perComponent(p *model.Product, lists map[string][]*rule) node {
	all := newMapping()
	for _, c := range p.Components {
		all.setID(c.ID, blockOf(lists[c.ID], (*mapping).entry))
	}
	return all.node
}

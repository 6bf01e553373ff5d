package kubernetes

import (
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
)

// An object is a NetworkPolicy of networking.k8s.io/v1.
type object struct {
	name    string
	labels  map[string]string
	pods    *model.Pods
	egress  bool // what goes out is filtered as well
	in, out []rule
}

// A rule permits ports from or to peers.
type rule struct {
	name  string // for a comment
	all   bool   // any peer; otherwise there is at least one
	peers []peer
	ports []port
}

type peer struct {
	IPBlock   *block    `yaml:"ipBlock,omitempty"`
	Namespace *selector `yaml:"namespaceSelector,omitempty"`
	Pod       *selector `yaml:"podSelector,omitempty"`
}

type block struct {
	CIDR string `yaml:"cidr"`
}

type selector struct {
	MatchLabels map[string]string `yaml:"matchLabels"`
}

type port struct {
	Protocol string `yaml:"protocol"`
	Port     int    `yaml:"port"`
	EndPort  int    `yaml:"endPort,omitempty"`
}

// namespaceLabel is a label that every namespace has, with its name as the value.
const namespaceLabel = "kubernetes.io/metadata.name"

// protocols are the names of transports whose ports a policy can have.
var protocols = map[string]string{"tcp": "TCP", "udp": "UDP", "sctp": "SCTP"}

// newObject makes the policy of a host. What it cannot express is added to the policy's
// Lacking.
func newObject(site *model.Site, p *policy.Policy) *object {
	o := &object{
		name: "portspec-" + label(p.Host.ID), pods: site.Firewall.PodsOf(p.Host.ID), egress: !site.Firewall.Free(),
		labels: map[string]string{"app.kubernetes.io/managed-by": "portspec", "portspec/site": label(site.ID)},
	}
	for _, r := range slices.Concat(p.ManageIn, p.In) {
		if made := ruleOf(site, p, r, false); made != nil {
			o.in = append(o.in, *made)
		}
	}
	if o.egress {
		for _, r := range slices.Concat(p.ManageOut, p.Out) {
			if made := ruleOf(site, p, r, true); made != nil {
				o.out = append(o.out, *made)
			}
		}
	}
	return o
}

// ruleOf returns the rule for one of the policy, or nil if something is lacking.
func ruleOf(site *model.Site, p *policy.Policy, r *policy.Rule, out bool) *rule {
	if what := lacks(r); what != "" {
		p.Lacking = append(p.Lacking, &policy.Lack{Permit: r.Permit, Out: out, Peers: r.Ends, What: what})
		return nil
	}
	made := rule{name: r.Name(), all: slices.ContainsFunc(r.Ends, func(e *model.End) bool { return e.Any }) && policy.Family(r.Permit) == ""}
	if !made.all {
		pods, others := peersOf(site, r)
		if len(pods) > 0 && r.Permit != nil && policy.Family(r.Permit) != "" {
			p.Lacking = append(p.Lacking, &policy.Lack{Permit: r.Permit, Out: out, Peers: r.Ends, What: policy.OneFamily})
			pods = nil
		}
		if made.peers = append(pods, others...); len(made.peers) == 0 {
			return nil
		}
	}
	for _, x := range r.Ports {
		at := port{Protocol: protocols[r.Transport], Port: x.From}
		if x.To > x.From {
			at.EndPort = x.To
		}
		made.ports = append(made.ports, at)
	}
	return &made
}

// lacks returns why network policies cannot express a rule; "" if they can.
func lacks(r *policy.Rule) string {
	switch {
	case r.Permit != nil && len(r.Permit.Groups) > 0:
		return policy.Delivery
	case protocols[r.Transport] == "":
		return policy.Transport
	case len(r.SourcePorts) > 0:
		return policy.Source
	}
	return ""
}

// peersOf selects pods by their labels, and the rest by address. If it returns neither,
// there must be no rule: one without peers would permit all.
func peersOf(site *model.Site, r *policy.Rule) (selected, others []peer) {
	at := r.Peers
	if r.Permit != nil {
		var rest []*model.End
		for _, e := range r.Ends {
			pods := podsOf(site, e)
			if pods == nil {
				rest = append(rest, e)
				continue
			}
			selected = append(selected, peer{Namespace: &selector{map[string]string{namespaceLabel: pods.Namespace}}, Pod: &selector{pods.Labels}})
		}
		at, _ = policy.Locate(rest, policy.Family(r.Permit))
	}
	for _, p := range at {
		others = append(others, peer{IPBlock: &block{p.String()}})
	}
	return selected, others
}

// node returns the object as YAML, with the name of its flow above each rule.
func (o *object) node() *yaml.Node {
	spec := []field{{"podSelector", selector{o.pods.Labels}}}
	types := []string{"Ingress"}
	if o.egress {
		types = append(types, "Egress")
	}
	spec = append(spec, field{"policyTypes", types}, field{"ingress", rulesNode(o.in, "from")})
	if o.egress {
		spec = append(spec, field{"egress", rulesNode(o.out, "to")})
	}
	return mapping(
		field{"apiVersion", "networking.k8s.io/v1"},
		field{"kind", "NetworkPolicy"},
		field{"metadata", mapping(field{"name", o.name}, field{"namespace", o.pods.Namespace}, field{"labels", o.labels})},
		field{"spec", mapping(spec...)},
	)
}

// rulesNode returns a list of rules with their peers under a key. A rule without the key
// applies to all peers.
func rulesNode(rules []rule, key string) *yaml.Node {
	list := &yaml.Node{Kind: yaml.SequenceNode}
	for _, r := range rules {
		var fields []field
		if !r.all {
			fields = append(fields, field{key, r.peers})
		}
		n := mapping(append(fields, field{"ports", r.ports})...)
		n.HeadComment = "# " + comment(r.name)
		list.Content = append(list.Content, n)
	}
	if len(rules) == 0 {
		list.Style = yaml.FlowStyle
	}
	return list
}

// A field is a key and its value, for a mapping in that order.
type field struct {
	key   string
	value any
}

func mapping(fields ...field) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode}
	for _, f := range fields {
		value, ok := f.value.(*yaml.Node)
		if !ok {
			value = &yaml.Node{}
			if err := value.Encode(f.value); err != nil {
				panic(fmt.Sprintf("%s: %v", f.key, err)) // texts and numbers can always be encoded
			}
		}
		n.Content = append(n.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: f.key}, value)
	}
	return n
}

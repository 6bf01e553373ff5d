package aws

import (
	"fmt"

	"go.yaml.in/yaml/v3"

	"github.com/portspec/portspec/internal/model"
)

// A template is one of CloudFormation.
type template struct {
	Version     string `yaml:"AWSTemplateFormatVersion"`
	Description string `yaml:"Description"`
	Parameters  struct {
		VPC struct {
			Type        string `yaml:"Type"`
			Description string `yaml:"Description"`
		} `yaml:"Vpc"`
	} `yaml:"Parameters"`
	Resources *yaml.Node `yaml:"Resources"`
	Outputs   struct {
		Groups struct {
			Description string `yaml:"Description"`
			Value       any    `yaml:"Value"`
		} `yaml:"SecurityGroups"`
	} `yaml:"Outputs"`
}

type resource struct {
	Type       string `yaml:"Type"`
	Properties any    `yaml:"Properties"`
}

// groupProperties are those of AWS::EC2::SecurityGroup.
type groupProperties struct {
	Description string           `yaml:"GroupDescription"`
	VPC         ref              `yaml:"VpcId"`
	Egress      []ruleProperties `yaml:"SecurityGroupEgress"`
	Tags        []tag            `yaml:"Tags"`
}

type tag struct {
	Key   string `yaml:"Key"`
	Value string `yaml:"Value"`
}

// ruleProperties are those of AWS::EC2::SecurityGroupIngress and SecurityGroupEgress.
type ruleProperties struct {
	Group       *getAtt `yaml:"GroupId,omitempty"`
	Protocol    string  `yaml:"IpProtocol"`
	From        *int    `yaml:"FromPort,omitempty"`
	To          *int    `yaml:"ToPort,omitempty"`
	CIDR        string  `yaml:"CidrIp,omitempty"`
	CIDR6       string  `yaml:"CidrIpv6,omitempty"`
	Description string  `yaml:"Description,omitempty"`
}

type ref struct {
	Name string `yaml:"Ref"`
}

type getAtt struct {
	Name []string `yaml:"Fn::GetAtt,flow"`
}

// toNowhere keeps CloudFormation from adding a rule that lets everything out, which it does
// if a group has no rule for that direction.
var toNowhere = []ruleProperties{{Protocol: "-1", CIDR: "127.0.0.1/32"}}

// anywhere lets everything out.
var anywhere = []ruleProperties{{Protocol: "-1", CIDR: "0.0.0.0/0"}, {Protocol: "-1", CIDR6: "::/0"}}

// newTemplate makes the template of a host. The description of a group depends only on ids,
// because changing it would replace the group.
func newTemplate(site *model.Site, host *model.Deployed, groups []*group) *template {
	t := &template{Version: "2010-09-09", Description: text("Security groups of " + host.ID + " in site " + site.ID)}
	t.Parameters.VPC.Type, t.Parameters.VPC.Description = "AWS::EC2::VPC::Id", "The VPC of the instance"
	t.Resources = &yaml.Node{Kind: yaml.MappingNode}
	var ids []getAtt
	for i, g := range groups {
		name := fmt.Sprintf("Group%d", i+1)
		p := groupProperties{
			Description: text(fmt.Sprintf("portspec %s %s %d", site.ID, host.ID, i+1)), VPC: ref{"Vpc"}, Egress: toNowhere,
			Tags: []tag{{"Name", text(fmt.Sprintf("%s %s %d", site.ID, host.ID, i+1))}, {"portspec:site", text(site.ID)}, {"portspec:host", text(host.ID)}},
		}
		if g.free {
			p.Egress = anywhere
		}
		t.add(name, resource{"AWS::EC2::SecurityGroup", p})
		id := getAtt{[]string{name, "GroupId"}}
		ids = append(ids, id)
		for _, r := range g.rules {
			p := ruleProperties{Group: &id, Protocol: r.protocol, Description: text(r.flow)}
			if model.HasPorts(r.protocol) || r.isICMP() {
				p.From, p.To = &r.from, &r.to
			}
			if r.peer.Addr().Is4() {
				p.CIDR = r.peer.String()
			} else {
				p.CIDR6 = r.peer.String()
			}
			direction := "Ingress"
			if r.out {
				direction = "Egress"
			}
			t.add(direction+logicalID(name+r.key()), resource{"AWS::EC2::SecurityGroup" + direction, p})
		}
	}
	t.Outputs.Groups.Description = "The groups, for the network interfaces of the instance"
	t.Outputs.Groups.Value = map[string][]any{"Fn::Join": {",", ids}}
	return t
}

func (t *template) add(name string, r resource) {
	value := &yaml.Node{}
	if err := value.Encode(r); err != nil {
		panic(err) // texts and numbers can always be encoded
	}
	t.Resources.Content = append(t.Resources.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: name}, value)
}

// Netpol reads network policies as strictly as a cluster does, and lets cyclonus judge
// connections by them.
//
//	netpol FILE... <connections.json
//
// Connections are a JSON list; the answer is a list of booleans in the same order. This is a
// module of its own, because the packages of Kubernetes that it needs are large.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/mattfenwick/cyclonus/pkg/matcher"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/runtime"
	serializer "k8s.io/apimachinery/pkg/runtime/serializer/json"
)

// A side is one end of a connection: an address and, for a pod, its namespace and labels.
type side struct {
	IP        string
	Namespace string
	Labels    map[string]string
}

type connection struct {
	From, To  side
	Transport string
	Port      int
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "netpol:", err)
		os.Exit(1)
	}
}

func run() error {
	scheme := runtime.NewScheme()
	if err := networking.AddToScheme(scheme); err != nil {
		return err
	}
	strict := serializer.NewSerializerWithOptions(serializer.DefaultMetaFactory, scheme, scheme, serializer.SerializerOptions{Yaml: true, Strict: true})
	var policies []*networking.NetworkPolicy
	for _, file := range os.Args[1:] {
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		object, _, err := strict.Decode(data, nil, nil)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		policy, ok := object.(*networking.NetworkPolicy)
		if !ok {
			return fmt.Errorf("%s is a %T", file, object)
		}
		policies = append(policies, policy)
	}
	var connections []connection
	if err := json.NewDecoder(os.Stdin).Decode(&connections); err != nil {
		return err
	}
	judge := matcher.BuildNetworkPolicies(false, policies)
	answers := make([]bool, len(connections))
	for i, c := range connections {
		answers[i] = judge.IsTrafficAllowed(&matcher.Traffic{
			Source: peer(c.From), Destination: peer(c.To), ResolvedPort: c.Port, Protocol: core.Protocol(strings.ToUpper(c.Transport)),
		}).IsAllowed()
	}
	return json.NewEncoder(os.Stdout).Encode(answers)
}

func peer(s side) *matcher.TrafficPeer {
	p := &matcher.TrafficPeer{IP: s.IP}
	if s.Namespace != "" {
		p.Internal = &matcher.InternalPeer{
			Namespace: s.Namespace, NamespaceLabels: map[string]string{"kubernetes.io/metadata.name": s.Namespace}, PodLabels: s.Labels,
		}
	}
	return p
}

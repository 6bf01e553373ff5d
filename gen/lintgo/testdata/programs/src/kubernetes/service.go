// Package kubernetes exposes services of a cluster.
package kubernetes

import corev1 "k8s.io/api/core/v1"

type manifest struct {
	NodePort            int32 `yaml:"nodePort"`
	HealthCheckNodePort int32
	NodePorts           []int
	Ports               map[string]int
	ServicePort         int32 `default:"30005"`
}

var web = corev1.ServicePort{
	Name:       "web",
	Port:       8443,
	TargetPort: 30005,
	NodePort:   30001,
}

var pod = corev1.ContainerPort{ContainerPort: 30022, HostPort: 30005}

const webNodePort = 30001

var umsNodePort int32 = 30001

func withNodePort(port int32) manifest { return manifest{NodePort: port} }

func services() {
	_ = manifest{NodePort: 30001, HealthCheckNodePort: 30002, NodePorts: []int{30001, 30005}}
	_ = manifest{Ports: map[string]int{"nodePort": 30001, "node-port": 30005}}
	_ = withNodePort(30022)
	node_port := 30001
	port := 30001
	_, _ = node_port, port
	umsServerPort := 9876   // want `9876 is not a port of UMS Server`
	igelDevicePort := 30022 // want `30022 is a port of IGEL .*: write igelums.OS11DeviceSecureTerminalPort, `
	_, _ = umsServerPort, igelDevicePort
	_ = `
ports:
- port: 80
  nodePort: 30001
`
}

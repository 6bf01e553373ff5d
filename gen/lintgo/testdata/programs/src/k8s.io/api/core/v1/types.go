// Package v1 is as much of k8s.io/api/core/v1 as the programs use.
package v1

type ServicePort struct {
	Name       string
	Port       int32
	TargetPort int32
	NodePort   int32
}

type ContainerPort struct {
	ContainerPort int32
	HostPort      int32
}

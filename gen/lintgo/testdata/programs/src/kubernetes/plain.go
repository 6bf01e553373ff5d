package kubernetes

// A spec that was written without the library.
type service struct{ Port, TargetPort, NodePort int }

var plain = []service{
	{Port: 80, TargetPort: 8080, NodePort: 30001},
	{NodePort: 30005},
}

var agent = service{Port: 30005} // want `write igelums.OS12DeviceAgentPort or igelums.OS11DeviceAgentPort$`

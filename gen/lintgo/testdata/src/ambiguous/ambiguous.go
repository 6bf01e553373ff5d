// Package ambiguous has a number that is a port of two components.
package ambiguous

var agentPort = 30005 // want `30005 is a port of IGEL UMS 1: write .*igelums.OS12DeviceAgentPort or igelums.OS11DeviceAgentPort`

var os12DevicePort = 30005 // want `write .*igelums.OS12DeviceAgentPort, `

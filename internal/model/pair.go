package model

// A Pair is two components that cannot share a host by default.
type Pair struct {
	A, B Place
	// Features that were chosen so that both exist, by product; empty if they exist by
	// default.
	Features map[string]map[string]string
	// OS lists the tried operating systems on which they cannot share a host.
	OS []string
	// Reasons are why they cannot share a host, and WaysOut changes with which they can;
	// each of these was tried.
	Reasons, WaysOut []string
	// Beside describes, by the tried operating system on which both can listen on the same
	// port, one of them on loopback, which of them connections reach.
	Beside map[string][]string
}

// A Crowd is components that take the same port, so that no two of them can share
// a host by default.
type Crowd struct {
	Transport string
	Ports     PortRange
	Places    []Place // at least two, sorted by product
}

package model

// A Pair is two components that cannot share a host by default.
type Pair struct {
	A, B Place
	// Features that were chosen so that both exist, by product; empty if they exist by
	// default.
	Features map[string]map[string]string
	// OS lists the tried operating systems on which they cannot share a host.
	OS []string
	// Reasons are why they cannot share a host, and WaysOut changes after which they can; each
	// change was tried.
	Reasons, WaysOut []string
	// Beside describes which of the two connections reach where both can listen on the same port,
	// one of them on loopback, by operating system tried.
	Beside map[string][]string
}

// A Crowd is components that take the same port, so that no two of them can share
// a host by default.
type Crowd struct {
	Transport string
	Ports     PortRange
	Places    []Place // at least two, sorted by product
}

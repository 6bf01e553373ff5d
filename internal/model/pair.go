package model

// A Pair is two components that cannot share a host by default.
type Pair struct {
	A, B Place
	// Features that were chosen for both to exist at all, by product; empty where
	// they do by default.
	Features map[string]map[string]string
	// OS lists the operating systems on which they cannot, of those tried.
	OS []string
	// Reasons say what keeps them apart, and WaysOut what would let them share a
	// host all the same; each way was tried.
	Reasons, WaysOut []string
	// Beside says on which operating system both can listen at one port, one of
	// them on loopback, and who is reached there.
	Beside []string
}

// A Crowd is components that take the same port, so that no two of them can share
// a host by default.
type Crowd struct {
	Transport string
	Ports     PortRange
	Places    []Place // two at least, sorted by product
}

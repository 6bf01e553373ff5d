package sitetables

// The tables themselves are generated. Here they are empty, so that the code
// that reads them compiles.
var (
	hosts     []Host
	listeners []Listener
	permits   []Permit
	elsewhere []Peer
)

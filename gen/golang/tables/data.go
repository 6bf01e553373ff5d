package tables

// The tables themselves are generated. Here they are empty, so that what reads
// them compiles.
var (
	components []Component
	features   []Feature
	flows      []Flow
)

package tables

// The tables themselves are generated. Here they are empty, so that the code
// that reads them compiles.
var (
	components []Component
	features   []Feature
	flows      []Flow
)

package tables

// The tables themselves are generated. Here they are empty, so that what reads
// them compiles.
var (
	components []Component
	flows      []Flow
)

// Defaults is each feature's default.
func Defaults() map[string][]string { return map[string][]string{} }

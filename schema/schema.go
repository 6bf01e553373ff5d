// Package schema embeds the CUE definitions, so that the binary can serve them
// to spec repositories without fetching anything.
package schema

import "embed"

// Files holds the package's CUE files.
//
//go:embed *.cue
var Files embed.FS

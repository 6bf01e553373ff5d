// Package specs embeds the specs that come with portspec: outside a workspace
// commands work on them.
package specs

import "embed"

// Files holds the CUE files below specs.
//
//go:embed *.cue products services
var Files embed.FS

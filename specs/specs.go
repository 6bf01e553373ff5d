// Package specs embeds the specs that come with portspec: outside of a workspace, commands use
// them.
package specs

import "embed"

// Files contains the CUE files below specs.
//
//go:embed *.cue products services
var Files embed.FS

// Package schema embeds the CUE definitions, so that the binary can serve them
// to spec repositories without fetching anything.
package schema

import "embed"

// ConfigJSON is the JSON Schema of #Config, for editors of YAML; a test compares it with CUE's
// output for #Config.
//
//go:generate sh -c "../bin/tools/cue def --out jsonschema -e '#Config' . > config.schema.json.new && mv config.schema.json.new config.schema.json"
//go:embed config.schema.json
var ConfigJSON []byte

// SiteJSON is the JSON Schema of a site in YAML or JSON, for editors. CUE cannot
// write it: a range's end depends on its beginning. A test compares it with #Site.
//
//go:embed site.schema.json
var SiteJSON []byte

// Files contains the package's CUE files.
//
//go:embed *.cue
var Files embed.FS

package workspace

import (
	"strconv"
	"strings"

	"cuelang.org/go/cue/parser"
)

// A Header is the beginning of a CUE file: its package and imports.
type Header struct {
	Package string
	Imports []string // import paths, without package names
	// Broken means that the header does not parse, so the imports are not known.
	Broken bool
}

func readHeader(name string, data []byte) Header {
	f, err := parser.ParseFile(name, data, parser.ImportsOnly)
	if err != nil {
		return Header{Broken: true}
	}
	h := Header{Package: f.PackageName()}
	for spec := range f.ImportSpecs() {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			h.Broken = true
		}
		p, _, _ = strings.Cut(p, ":")
		h.Imports = append(h.Imports, p)
	}
	return h
}

package workspace

import (
	"strconv"
	"strings"

	"cuelang.org/go/cue/parser"
)

// A Header is how a CUE file begins: its package and what it imports.
type Header struct {
	Package string
	Imports []string // import paths, without names of packages
	// Broken says that it cannot be read, and nobody knows what the file imports.
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

package model

import "github.com/portspec/portspec/internal/diag"

// A Path is the data path of a value in a package or, in [Positions], in a product, a
// service or a site.
type Path = diag.Path

// PathOf returns the path with the given names.
func PathOf(names ...string) Path { return diag.PathOf(names...) }

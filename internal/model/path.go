package model

import "github.com/portspec/portspec/internal/diag"

// A Path is where a value is among the data of a package or, in [Positions], of a
// product, a service or a site.
type Path = diag.Path

// PathOf is the path of these names.
func PathOf(names ...string) Path { return diag.PathOf(names...) }

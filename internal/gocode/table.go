package gocode

import (
	"fmt"
	"path"

	"github.com/portspec/portspec/gen/golang"
	"github.com/portspec/portspec/gen/lintgo"
	"github.com/portspec/portspec/internal/model"
)

// Table returns the table of ports of products whose generated packages are below the
// import path base; "" means that there are none.
func Table(catalog *model.Catalog, base string) (*lintgo.Table, error) {
	files, found := golang.Generate(catalog)
	if found.HasErrors() {
		return nil, fmt.Errorf("%s: %s", found[0].Code, found[0].Message)
	}
	byPackage := make(map[string]map[string][]byte)
	var names []string
	for _, f := range files {
		dir, name := path.Split(f.Path)
		if byPackage[dir] == nil {
			byPackage[dir] = make(map[string][]byte)
			names = append(names, dir)
		}
		byPackage[dir][name] = f.Data
	}
	table := &lintgo.Table{}
	for _, dir := range names {
		p := lintgo.Read(path.Join(base, dir), byPackage[dir])
		if p == nil {
			continue
		}
		if base == "" {
			p.Path = ""
		}
		table.Packages = append(table.Packages, p)
	}
	return table, nil
}

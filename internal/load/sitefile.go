package load

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing/fstest"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/source"
)

// A SiteFile is the location of a site: the folder of a package, or a file in YAML or JSON.
type SiteFile struct {
	// Name is the folder or file relative to the workspace, as in positions.
	Name string
	Data []byte // nil for a folder
}

// MaxSiteFile is the maximum size of a site in YAML or JSON in bytes, about twenty times that
// of a site with 10,000 hosts.
const MaxSiteFile = 32 << 20

// siteDir is the virtual folder in which CUE finds sites in files.
const siteDir = "site.portspec"

var ofSite = source.Kind{Noun: "a site", Name: "site", Fields: "site: and hosts:", Start: "portspec init site writes one"}

// readSite parses the file of a site.
func readSite(file SiteFile) (*source.Fields, diag.List) {
	s, found := source.ReadFields(file.Name, file.Data, ofSite)
	if s != nil {
		s.Prelude = sitePrelude
	}
	return s, found
}

const sitePrelude = `package site

import "github.com/portspec/portspec/schema"

site: schema.#Site & {
	catalog: {}
}
`

// withSites adds the files of sites to a workspace: as packages for CUE, and with their own
// names for showing source lines.
func withSites(files fs.FS, sites []SiteFile) fs.FS {
	if !slices.ContainsFunc(sites, func(s SiteFile) bool { return s.Data != nil }) {
		return files
	}
	extra := make(fstest.MapFS)
	for i, s := range sites {
		if s.Data == nil {
			continue
		}
		extra[sitePackage(i)+"/site.cue"] = &fstest.MapFile{Data: []byte(sitePrelude), Mode: 0o444}
		if !fs.ValidPath(s.Name) {
			continue
		}
		extra[s.Name] = &fstest.MapFile{Data: s.Data, Mode: 0o444}
	}
	return siteFS{files, extra, sites}
}

func sitePackage(i int) string { return fmt.Sprintf("%s/%d", siteDir, i) }

// siteFS overlays a file system with other files.
type siteFS struct {
	fs.FS
	over  fstest.MapFS
	sites []SiteFile
}

// Open implements [fs.FS].
func (o siteFS) Open(name string) (fs.File, error) {
	if name == siteDir || strings.HasPrefix(name, siteDir+"/") {
		return o.over.Open(name)
	}
	if _, ok := o.over[name]; ok {
		return o.over.Open(name)
	}
	for _, s := range o.sites { // files outside the workspace have names that are not valid paths
		if s.Name == name {
			return fstest.MapFS{"site": {Data: s.Data, Mode: 0o444}}.Open("site")
		}
	}
	return o.FS.Open(name)
}

// Stat implements [fs.StatFS].
func (o siteFS) Stat(name string) (fs.FileInfo, error) {
	if name == siteDir || strings.HasPrefix(name, siteDir+"/") {
		return o.over.Stat(name)
	}
	return fs.Stat(o.FS, name)
}

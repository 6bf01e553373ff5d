package project

import (
	"fmt"
	"os"
	"time"

	"github.com/portspec/portspec/internal/cache"
	ws "github.com/portspec/portspec/internal/workspace"
)

// SiteKey returns a cache key for what follows from the site that --site names, and false if it
// must not be cached. It depends on all files of the workspace, on the site, on this program
// and on the day. what names the kind of result that is kept under the key.
func (p *Project) SiteKey(what string) (cache.Key, bool) {
	dir := p.Dir
	if dir == "" {
		dir = "."
	}
	tool := cache.Tool()
	root, err := p.FindRoot(dir)
	if tool == nil || err != nil {
		return cache.Key{}, false
	}
	at, err := os.Getwd()
	site, errSite := p.SiteFile(root)
	if err != nil || errSite != nil {
		return cache.Key{}, false
	}
	if p.Checks.Today == "" {
		p.Checks.Today = time.Now().Format(time.DateOnly)
	}
	parts := [][]byte{[]byte(what), tool, []byte(at), []byte(root), []byte(p.Site), site.Data, fmt.Appendf(nil, "%+v %+v", p.Checks, p.Reading)}
	if root != "" {
		under := ""
		if p.Config != nil {
			under = p.Config.Dir
		}
		files, found, err := ws.Open(root, under, p.Reading)
		if err != nil || len(found) > 0 || len(files.Findings) > 0 {
			return cache.Key{}, false
		}
		for _, name := range files.Names() {
			parts = append(parts, []byte(name), files.Source(name))
		}
		for _, link := range files.Links() {
			parts = append(parts, []byte(link[0]), []byte(link[1]))
		}
	}
	return cache.KeyOf(parts...), true
}

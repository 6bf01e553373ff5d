package markdown

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/english"
	"github.com/portspec/portspec/internal/pattern"
)

// Options choose how pages are written.
type Options struct {
	// Flavor is the program that shows the pages; "" for github.
	Flavor string
	// Base is the address of the folder of pages on the site, for flavors whose links contain
	// it; "" for /.
	Base string
	// own is used instead of the flavor with that name; nil for none.
	own *flavor
}

// flavors are all flavors, the default first.
var flavors = []*flavor{github, mkdocs, hugo, docusaurus, starlight, sphinx}

// Flavors returns the names of all flavors, the default first.
func Flavors() []string {
	var names []string
	for _, f := range flavors {
		names = append(names, f.name)
	}
	return names
}

// Validate reports options that cannot be used. The error begins with the option's name.
func (o Options) Validate() error {
	switch {
	case o.Flavor != "" && !slices.Contains(Flavors(), o.Flavor):
		return fmt.Errorf("flavor: no flavor is named %q; use %s", o.Flavor, english.Or(Flavors()))
	case o.Base != "" && !o.flavor().hasBase:
		return fmt.Errorf("base: only the flavors starlight and sphinx need it; leave it out")
	case o.Base != "" && !bases().MatchString(o.Base):
		return fmt.Errorf("base: %q must begin and end with a slash, with letters, digits, hyphens, dots and underscores between slashes, as in /ports/", o.Base)
	}
	return nil
}

var bases = pattern.New(`^/([A-Za-z0-9_-][A-Za-z0-9._-]*/)*$`)

func (o Options) flavor() *flavor {
	i := slices.IndexFunc(flavors, func(f *flavor) bool { return f.name == o.Flavor })
	f := *cmp.Or(o.own, flavors[max(i, 0)])
	f.base = cmp.Or(o.Base, "/")
	return &f
}

// A flavor is how pages are written for a program that shows them.
type flavor struct {
	name string
	// file returns the file of a page.
	file func(page string) string
	// head returns the beginning of a file: the header, and front matter.
	head func(p *page) string
	// showsTitle means that the program shows the title of the front matter as the
	// heading of the page.
	showsTitle bool
	// heading writes a heading with an anchor; "" for none.
	heading func(p *page, level int, id, title md)
	// anchor appends an anchor inside words.
	anchor func(b []byte, id md) []byte
	// apart is [inline.Form.Break].
	apart string
	// label is written before a block for each anchor inside of it; nil if that is not needed.
	label func(p *page, id md) string
	// base is [Options.Base], which is "/" unless hasBase.
	base    string
	hasBase bool
	// address appends the destination of a link; nothing for what the program does not publish.
	address func(b []byte, p *page, to place) []byte
	// note is what is written around a note to readers.
	note [2]string
	// diagram is the language of blocks that are shown as diagrams.
	diagram string
	// folder makes the file with the title of a folder and its place among its neighbours; nil
	// for none.
	folder func(name, title string, order int) gen.File
	// lead is written below the title of a page; nil for nothing.
	lead func(p *page) string
}

// folders are the folders of pages, with their titles and places.
var folders = []struct {
	name, title string
	order       int
}{{"products", "Products", 100}, {"services", "Shared services", 200}, {"sites", "Sites", 300}}

// flavorPaths are like [Paths], for files that only flavors other than github have.
var flavorPaths = []string{
	"_index.md", "products.md", "services.md", "sites.md", "sites/_index.md",
	"products/_category_.yml", "services/_category_.yml", "sites/_category_.yml",
	"products/*/index.md", "products/*/_index.md",
	"products/*/[0-9]*/index.md", "products/*/[0-9]*/_index.md", "products/*/release*/index.md", "products/*/release*/_index.md",
}

// ranks are beginnings of names, in the order of pages within a folder. Other pages come before
// these.
var ranks = []string{"firewall-request", "hosts", "host-", "component-", "features", "flows", "same-host", "errata", "sources"}

// orderOf returns the place of a page in menus. Some generators put a folder where the first of its
// pages is, so the numbers of a folder are between those of the pages beside it.
func orderOf(page string) int {
	dir, below, ok := strings.Cut(page, "/")
	if !ok {
		switch {
		case strings.HasPrefix(page, "index"):
			return 10
		case strings.HasPrefix(page, "ports"):
			return 20
		}
		return 400
	}
	order := 0
	for _, f := range folders {
		if f.name == dir {
			order = f.order
		}
	}
	name := path.Base(below)
	for i, begin := range ranks {
		if dir != "services" && strings.HasPrefix(name, begin) && name != below {
			return order + 10 + i
		}
	}
	if dir == "products" && name != below { // an older release, or an upgrade
		return order + 50
	}
	return order
}

// folderFiles returns the files that a flavor has for folders.
func (f *flavor) folderFiles(names ...string) []gen.File {
	var files []gen.File
	for _, dir := range folders {
		if f.folder != nil && slices.Contains(names, dir.name) {
			files = append(files, f.folder(dir.name, dir.title, dir.order))
		}
	}
	return files
}

// attributeHeading writes the anchor of a heading as an attribute.
//
//	### UMS Server (ums-server) {#component-ums-server}
func attributeHeading(p *page, level int, id, title md) {
	suffix := ""
	if id != "" {
		suffix = " {#" + string(id) + "}"
	}
	p.plainHeading(level, title, suffix)
}

// inFolder returns the file in which generators look for the page of a folder: the main page of
// a product is the index of the folder with its other pages.
//
//	products/igel-ums.md        →  products/igel-ums/index.md
//	products/igel-ums/12.01.md  →  products/igel-ums/12.01/index.md
//
// The page of a service whose id is index gets a name that no id has.
func inFolder(page string) string {
	switch {
	case page == "services/index.md":
		return "services/index_.md"
	case isMain(page):
		return strings.TrimSuffix(page, ".md") + "/index.md"
	}
	return page
}

// isMain reports whether a page is the main page of a release of a product, by its path.
func isMain(page string) bool {
	parts := strings.Split(page, "/")
	name := strings.TrimSuffix(parts[len(parts)-1], ".md")
	if parts[0] != "products" || strings.Contains(name, "--") {
		return false
	}
	older := name[0] >= '0' && name[0] <= '9' || strings.HasPrefix(name, "release")
	return len(parts) == 2 || len(parts) == 3 && older && !strings.HasSuffix(name, "-upgrade")
}

// fileAddress appends the file of a page, for generators that find the page by it.
func fileAddress(b []byte, p *page, to place) []byte {
	return withAnchor(append(b, relative(p.flavor.file(p.path), p.flavor.file(to.page))...), to.anchor)
}

// isPage reports whether a file is a page, rather than one for programs.
func isPage(name string) bool { return path.Ext(name) == ".md" }

// emptyComment is a comment, which readers do not see.
const emptyComment = "<!-- -->"

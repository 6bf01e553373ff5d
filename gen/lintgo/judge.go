package lintgo

import (
	"cmp"
	"fmt"
	"go/ast"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// A judge finds what is wrong with the uses of a file.
type judge struct {
	pass   *analysis.Pass
	file   *ast.File
	module *goModule
	table  *Table
	// advised are the packages for which a finding already says how to get them; go vet prints
	// that as a line of its own.
	advised map[*Package]bool
}

func (j *judge) judge(u *use) {
	if j.contradicts(u) {
		return
	}
	ports := j.candidates(u)
	if len(ports) == 0 {
		return
	}
	var names []string
	var fixes []analysis.SuggestedFix
	for _, p := range ports {
		name := u.written(p.named()) + distinction(p, ports)
		if slices.Contains(names, name) {
			continue // the same package twice; a driver panics at two equal fixes
		}
		names = append(names, name)
		if fix, ok := j.fix(u, p); ok {
			fix.Message = "Write " + name
			fixes = append(fixes, fix)
		}
	}
	pkg := ports[0].component.pkg
	message := fmt.Sprintf("%d is a port of %s: write %s", u.number, pkg.Title, strings.Join(names, " or "))
	if len(names) == 1 {
		message += ", " + ports[0].description()
	}
	d := j.diagnostic(u, Literal, message)
	d.SuggestedFixes = fixes
	if !j.reachable(pkg) && !j.advised[pkg] {
		j.advised[pkg] = true
		d.Related = []analysis.RelatedInformation{{Pos: d.Pos, End: d.End, Message: obtain(pkg)}}
	}
	j.report(d)
}

// distinction returns the package of a constant if another port has a constant with the same
// name, for instance because a product was generated twice.
func distinction(p *Port, ports []*Port) string {
	for _, q := range ports {
		if q.named() == p.named() && q.component.pkg.Path != p.component.pkg.Path {
			return fmt.Sprintf(" of %q", cmp.Or(p.component.pkg.Path, p.component.pkg.Product))
		}
	}
	return ""
}

// description returns what the comment of a port's constant says: "a TCP port of UMS Server for
// https: …".
func (p *Port) description() string {
	_, text, ok := strings.Cut(p.Doc, " is ")
	if !ok {
		return "of " + p.component.ID
	}
	return text
}

// obtain returns advice on how to get a package.
func obtain(p *Package) string {
	if strings.HasPrefix(p.Path, "github.com/portspec/portspec/") {
		return "get the package with go get github.com/portspec/portspec, or generate it with portspec generate go --product " + p.Product
	}
	return "generate the package with portspec generate go --product " + p.Product
}

func (j *judge) diagnostic(u *use, code, message string) analysis.Diagnostic {
	return analysis.Diagnostic{Pos: u.lit.Pos(), End: u.lit.End(), Category: code, Message: message}
}

// imported reports whether the file imports a package.
func (j *judge) imported(p *Package) bool {
	return slices.ContainsFunc(j.file.Imports, func(s *ast.ImportSpec) bool {
		path, err := strconv.Unquote(s.Path.Value)
		return err == nil && path == p.Path && path != ""
	})
}

// about reports whether the code is about a product.
func (j *judge) about(u *use, p *Package) bool {
	return j.imported(p) || p.named(u.near) || p.named(u.around)
}

// packages returns the packages of the table. If the file imports releases of a product, its
// other releases are left out.
func (j *judge) packages() []*Package {
	imported := make(map[string]bool)
	for _, pkg := range j.table.Packages {
		if j.imported(pkg) {
			imported[pkg.Product] = true
		}
	}
	chosen := func(p *Package) bool {
		return slices.ContainsFunc(j.table.Packages, func(q *Package) bool { return q.Product == p.Product && q.Release == p.Release && j.imported(q) })
	}
	return slices.DeleteFunc(slices.Clone(j.table.Packages), func(p *Package) bool { return imported[p.Product] && !chosen(p) })
}

// candidates returns the ports that a number may be: those with the highest rank. If several
// releases have a port, it returns that of the newest.
func (j *judge) candidates(u *use) []*Port {
	best, all := 0, []*Port(nil)
	for _, pkg := range j.packages() {
		for _, c := range pkg.Components {
			if u.nodePort && !slices.Contains(c.tokens, "node") {
				continue
			}
			for i, p := range c.Ports {
				if p.Number != u.number || slices.ContainsFunc(c.Ports[:i], func(q *Port) bool { return q.Number == p.Number && strings.HasPrefix(p.Const, q.Const) }) {
					continue // a port that a rule keeps is a repetition
				}
				rank := j.rank(u, p)
				if rank > best {
					best, all = rank, nil
				}
				if rank == best && rank > 0 && !slices.ContainsFunc(all, p.isOlder) {
					all = append(all, p)
				}
			}
		}
	}
	return all
}

// isOlder reports whether newer is the same port in another release. Newer releases come first
// in a table.
func (p *Port) isOlder(newer *Port) bool {
	of, by := p.component.pkg, newer.component.pkg
	return of.Product == by.Product && of.Release != by.Release && p.Const == newer.Const
}

// rank returns a number that is higher the better the names around the literal match a port. It
// is 0 if nothing shows that the number is this port and not one of many others.
func (j *judge) rank(u *use, p *Port) int {
	c := p.component
	nearby, around := c.named(u.near), c.named(u.around)
	product := j.about(u, c.pkg)
	switch {
	case c.Service && !product:
		return 0
	case u.number < firstUser && !nearby && !around && !(product && !c.Service && (c.pkg.named(u.near) || c.pkg.named(u.around))):
		return 0
	case j.common(u) && !product && !nearby && !around:
		return 0
	}
	rank := 1
	if product {
		rank += 100
	}
	if nearby {
		rank += 50
	}
	if around {
		rank += 25
	}
	if slices.Contains(c.Hosts, u.host()) {
		rank += 200
	}
	if p.calls(u.subject) {
		rank += 200
	}
	for _, w := range words(p.Const) {
		if w != "port" && !slices.Contains(c.tokens, w) && has(words(u.subject), w) {
			rank++
		}
	}
	return rank
}

func (u *use) host() string {
	if u.text == nil {
		return ""
	}
	return u.text.host
}

// contradicts reports a number that is named after a port but differs from it, unless another
// port of that name has the number, such as one in another package of the product.
func (j *judge) contradicts(u *use) bool {
	if u.nodePort {
		return false
	}
	var other *Port
	packages := j.packages()
	for _, pkg := range packages {
		if !j.about(u, pkg) {
			continue
		}
		for _, c := range pkg.Components {
			for _, p := range c.Ports {
				switch {
				case !p.calls(u.subject):
				case p.Number == u.number:
					return false
				case other == nil || len(p.Const) > len(other.Const): // of releases, the newest
					other = p
				}
			}
		}
	}
	if other != nil {
		j.report(j.diagnostic(u, Contradicts, fmt.Sprintf("%s is %d here, and %s of %s is %d",
			u.subject, u.number, other.named(), other.component.pkg.Title, other.Number)))
		return true
	}
	for _, pkg := range packages {
		about := j.about(u, pkg)
		for _, c := range pkg.Components {
			if !listensOn(packages, c, u.number) && len(c.Ports) > 0 && (about && j.called(u, c) || slices.Contains(c.Hosts, u.host())) {
				j.report(j.diagnostic(u, Contradicts, fmt.Sprintf("%d is not a port of %s (%s) of %s: it listens on %s",
					u.number, c.Name, c.ID, pkg.Title, c.numbers())))
				return true
			}
		}
	}
	return false
}

// listensOn reports whether a number is one of a component's in any release.
func listensOn(packages []*Package, c *Component, n int) bool {
	return slices.ContainsFunc(packages, func(p *Package) bool {
		return p.Product == c.pkg.Product && slices.ContainsFunc(p.Components, func(same *Component) bool { return same.ID == c.ID && same.listensOn(n) })
	})
}

// called reports whether a literal is named after a component and nothing else:
// umsServerPort, or the host ums-server. A host has other ports as well, so only uncommon
// numbers count there.
func (j *judge) called(u *use, c *Component) bool {
	if c.Service || !c.named(append(slices.Clone(u.near), u.around...)) {
		return false
	}
	only := func(phrase []string) bool {
		rest := strings.Join(slices.DeleteFunc(slices.Clone(phrase), func(w string) bool { return fillers[w] }), "")
		rest = strings.TrimRight(rest, "0123456789")
		before, ok := strings.CutSuffix(rest, strings.Join(c.tokens, ""))
		return ok && rest != "" && (before == "" || c.telling() && spelled(before, words(c.pkg.Product)))
	}
	if isPortName(u.subject) && only(words(u.subject)) {
		return true
	}
	label, _, _ := strings.Cut(u.host(), ".")
	return u.number >= firstUser && !j.common(u) && only(words(label))
}

// numbers lists what a component listens on.
func (c *Component) numbers() string {
	var all []string
	seen := make(map[int]bool)
	for _, p := range c.Ports {
		if !seen[p.Number] {
			seen[p.Number] = true
			all = append(all, fmt.Sprintf("%d (%s)", p.Number, p.Const))
		}
	}
	for _, r := range c.Others {
		all = append(all, fmt.Sprintf("%d-%d", r[0], r[1]))
	}
	return strings.Join(all, ", ")
}

package lintgo

import (
	"fmt"
	"go/ast"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// A judge says what is wrong with the uses of a file.
type judge struct {
	pass   *analysis.Pass
	file   *ast.File
	module *goModule
	table  *Table
}

func (j *judge) judge(u *use) {
	if j.contradicts(u) {
		return
	}
	ports := j.candidates(u)
	if len(ports) == 0 {
		return
	}
	names := make([]string, len(ports))
	var fixes []analysis.SuggestedFix
	for i, p := range ports {
		names[i] = p.named()
		if fix, ok := j.fix(u, p); ok {
			fixes = append(fixes, fix)
		}
	}
	pkg := ports[0].component.pkg
	message := fmt.Sprintf("%d is a port of %s: write %s", u.number, pkg.Title, strings.Join(names, " or "))
	if len(ports) == 1 {
		message += ", " + ports[0].what()
	}
	if !j.reachable(pkg) {
		message += "; " + obtain(pkg)
	}
	j.report(u, Literal, message, fixes)
}

// what is what a port is, as its comment says: a TCP port of UMS Server for
// https: …
func (p *Port) what() string {
	_, what, ok := strings.Cut(p.Doc, " is ")
	if !ok {
		return "of " + p.component.ID
	}
	return what
}

// obtain says how to get at a package.
func obtain(p *Package) string {
	if strings.HasPrefix(p.Path, "github.com/portspec/portspec/") {
		return "go get github.com/portspec/portspec has the package, and so has portspec generate go --product " + p.Product
	}
	return "generate the package with portspec generate go --product " + p.Product
}

func (j *judge) report(u *use, code, message string, fixes []analysis.SuggestedFix) {
	j.pass.Report(analysis.Diagnostic{
		Pos: u.lit.Pos(), End: u.lit.End(), Category: code, Message: message, SuggestedFixes: fixes,
	})
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

// candidates are the ports that a number may be, of those that are named best.
func (j *judge) candidates(u *use) []*Port {
	best, all := 0, []*Port(nil)
	for _, pkg := range j.table.Packages {
		for _, c := range pkg.Components {
			for i, p := range c.Ports {
				if p.Number != u.number || slices.ContainsFunc(c.Ports[:i], func(q *Port) bool { return q.Number == p.Number && strings.HasPrefix(p.Const, q.Const) }) {
					continue // one that a rule leaves as it is says the same twice
				}
				rank := j.rank(u, p)
				if rank > best {
					best, all = rank, nil
				}
				if rank == best && rank > 0 {
					all = append(all, p)
				}
			}
		}
	}
	return all
}

// rank is higher the better a port is named beside the literal; 0 if nothing
// says that the number is this port and not one of many others.
func (j *judge) rank(u *use, p *Port) int {
	c := p.component
	nearby, around := c.named(u.near), c.named(u.around)
	product := j.about(u, c.pkg)
	switch {
	case c.Service && !product:
		return 0
	case u.number < firstUser && !nearby && !around && !(product && !c.Service && (c.pkg.named(u.near) || c.pkg.named(u.around))):
		return 0
	case everyday[u.number] && !product && !nearby && !around:
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
	if sameName(u.subject, p.Const) {
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

// sameName reports whether something is called as a constant is, but for the
// case of letters and for default in front.
func sameName(name, constant string) bool {
	if name == "" {
		return false
	}
	joined := strings.TrimPrefix(strings.Join(words(name), ""), "default")
	return joined == strings.Join(words(constant), "")
}

// contradicts reports a number that is called after a port and is not that one.
func (j *judge) contradicts(u *use) bool {
	for _, pkg := range j.table.Packages {
		for _, c := range pkg.Components {
			about := j.about(u, pkg)
			for _, p := range c.Ports {
				if about && p.Number != u.number && sameName(u.subject, p.Const) {
					j.report(u, Contradicts, fmt.Sprintf("%s is %d here, and %s of %s is %d", u.subject, u.number, p.named(), pkg.Title, p.Number), nil)
					return true
				}
			}
			if !c.listensOn(u.number) && len(c.Ports) > 0 && (about && j.called(u, c) || slices.Contains(c.Hosts, u.host())) {
				j.report(u, Contradicts, fmt.Sprintf("%d is no port of %s (%s) of %s: it listens on %s", u.number, c.Name, c.ID, pkg.Title, c.numbers()), nil)
				return true
			}
		}
	}
	return false
}

// called reports whether a literal is called after a component and nothing
// else: umsServerPort, or the host ums-server. A host has other ports as well,
// so that only numbers count there that are not common.
func (j *judge) called(u *use, c *Component) bool {
	if c.Service || !c.named(append(slices.Clone(u.near), u.around...)) {
		return false
	}
	only := func(phrase []string) bool {
		rest := strings.Join(slices.DeleteFunc(slices.Clone(phrase), func(w string) bool { return fillers[w] }), "")
		return rest != "" && strings.TrimRight(rest, "0123456789") == strings.Join(c.tokens, "")
	}
	if hasAny(words(u.subject), portWords) && only(words(u.subject)) {
		return true
	}
	label, _, _ := strings.Cut(u.host(), ".")
	return u.number >= firstUser && !everyday[u.number] && only(words(label))
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

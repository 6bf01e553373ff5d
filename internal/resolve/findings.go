package resolve

import (
	"fmt"
	"slices"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/english"
	"github.com/portspec/portspec/internal/model"
)

// findings are what is reported about one site.
type findings struct {
	site model.Positions
	list diag.List
	// anyHost means that a host stands for any host, and is not named.
	anyHost bool
}

func (found *findings) report(f diag.Finding) { found.list = append(found.list, f) }

// at returns the position of something in the site.
func (found *findings) at(path ...string) diag.Position { return found.site.At(path...) }

// wrong reports an error at a path of the site.
func (found *findings) wrong(code diag.Code, path []string, hint, format string, args ...any) {
	found.report(diag.Finding{
		Code: code, Severity: diag.Error, Position: found.at(path...), Path: ofSite(path),
		Message: fmt.Sprintf(format, args...), Hint: hint,
	})
}

// unknown reports an id in the site that is not defined.
func (found *findings) unknown(code diag.Code, path []string, id string, known []string, format string, args ...any) {
	hint := ""
	if near := diag.Nearest(id, known); near != "" {
		hint = "did you mean " + near + "?"
	} else if len(known) > 0 && len(known) <= 12 {
		hint = "use " + english.Or(known)
	}
	found.wrong(code, path, hint, format, args...)
}

// of names a host after something on it: " of host ums1".
func (found *findings) of(h *model.Host) string {
	if found.anyHost {
		return ""
	}
	return " of host " + h.ID
}

// the names a host: "host ums1".
func (found *findings) the(h *model.Host) string {
	if found.anyHost {
		return "a host"
	}
	return "host " + h.ID
}

func finding(code diag.Code, at diag.Position, format string, args ...any) diag.Finding {
	return diag.Finding{Code: code, Severity: diag.Error, Position: at, Message: fmt.Sprintf(format, args...)}
}

func related(at diag.Position, format string, args ...any) diag.Related {
	return diag.Related{Position: at, Message: fmt.Sprintf(format, args...)}
}

// ofSite returns the path of a value of the site.
func ofSite(path []string) model.Path { return model.PathOf("site").Below(path...) }

// run returns the path at which a host runs a component.
func run(h *model.Host, place model.Place) []string {
	i := slices.Index(h.Runs, place)
	return []string{"hosts", h.ID, "runs", fmt.Sprint(max(i, 0))}
}

// firstUse returns the first path at which the site uses a product.
func firstUse(site *model.Site, product string) []string {
	if site.Use(product) != nil {
		return []string{"products", product}
	}
	for _, h := range site.Hosts {
		for _, at := range h.Runs {
			if at.Product() == product {
				return run(h, at)
			}
		}
	}
	return nil
}

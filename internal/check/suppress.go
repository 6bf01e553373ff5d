package check

import (
	"fmt"
	"slices"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// SuppressProduct marks the findings that a product accepts as suppressed, and adds
// findings about its suppressions. It checks only suppressions of codes for which judged
// returns true, because other codes were not looked for.
func SuppressProduct(p *model.Product, found diag.List, o Options, judged func(diag.Code) bool) diag.List {
	return suppress(found, p.Suppress, "product", p.Positions, o, judged)
}

// SuppressSite is like [SuppressProduct], for a site.
func SuppressSite(s *model.Site, found diag.List, o Options, judged func(diag.Code) bool) diag.List {
	return suppress(found, s.Suppress, "site", s.Positions, o, judged)
}

func suppress(found diag.List, list []*model.Suppression, root string, at model.Positions, o Options, judged func(diag.Code) bool) diag.List {
	if o.All {
		return found
	}
	found = slices.Clone(found)
	var wrong diag.List
	for _, s := range list {
		var matching []*diag.Finding
		for i := range found {
			if matches(s, found[i]) {
				matching = append(matching, &found[i])
			}
		}
		report := func(code diag.Code, field, hint, format string, args ...any) {
			c, _ := diag.Lookup(code)
			wrong = append(wrong, diag.Finding{
				Code: code, Severity: c.Severity, Position: at.At("suppress", s.ID, field), Path: model.PathOf(root, "suppress", s.ID, field),
				Message: fmt.Sprintf(format, args...), Hint: hint,
			})
		}
		expired := s.Until != "" && s.Until < o.Today
		switch {
		case len(matching) == 0 && judged(s.Code):
			field := "code"
			if s.At != "" && slices.ContainsFunc(found, func(f diag.Finding) bool { return f.Code == s.Code }) {
				field = "at"
			}
			report(diag.UnmatchedSuppression, field, elsewhere(s, found), "suppression %s matches no finding", s.ID)
		case len(matching) > 0 && expired:
			report(diag.ExpiredSuppression, "until", "fix the findings and remove the suppression, or review it and set a new date",
				"suppression %s expired after %s", s.ID, s.Until)
		case !expired:
			for _, f := range matching {
				if f.Suppressed == nil {
					f.Suppressed = &diag.Suppressed{Position: at.At("suppress", s.ID), ID: s.ID, Reason: s.Reason, Until: s.Until}
				}
			}
		}
	}
	return append(found, wrong...)
}

// matches reports whether a suppression applies to a finding. It never applies to errors,
// even though some targets report errors and warnings with the same code.
func matches(s *model.Suppression, f diag.Finding) bool {
	if f.Code != s.Code || f.Severity == diag.Error {
		return false
	}
	return below(f.Path).Within(below(diag.ParsePath(s.At)))
}

// below returns a data path without its first element.
func below(path model.Path) model.Path {
	for _, root := range []model.Path{"product", "site"} {
		if rest, ok := path.From(root); ok {
			return rest
		}
	}
	return path
}

// elsewhere returns a hint for a suppression that matches nothing.
func elsewhere(s *model.Suppression, found diag.List) string {
	var paths []string
	for _, f := range found {
		if f.Code == s.Code && f.Severity != diag.Error {
			paths = append(paths, string(below(f.Path)))
		}
	}
	switch near := diag.Nearest(s.At, paths); {
	case near != "":
		return fmt.Sprintf("remove it, or did you mean at: %q?", near)
	case len(paths) > 0:
		return fmt.Sprintf("remove it, or correct its at: %s was found at %s", s.Code, paths[0])
	}
	return "remove it; no finding has its code"
}

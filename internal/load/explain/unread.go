package explain

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/load/eval"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/workspace"
)

// topNames are the top-level fields that portspec reads.
var topNames = []string{"catalog", "product", "services", "site"}

// Unread finds top-level fields that are not read, so that a product's flows under a misspelt
// name are not lost without notice. Packages without any field that portspec reads may contain
// anything. It adds repairs for its findings.
func Unread(p *eval.Package, repairs eval.Repairs) diag.List {
	var found diag.List
	keys := p.Written.Keys()
	spec := slices.ContainsFunc(keys, func(key string) bool { return slices.Contains(topNames, key) })
	for _, key := range keys {
		if strings.HasPrefix(key, "_") || strings.HasPrefix(key, "#") || slices.Contains(topNames, key) {
			continue
		}
		meant := diag.Nearest(key, topNames)
		if meant == "" && !spec {
			continue
		}
		f := diag.Finding{
			Code: diag.UnknownField, Severity: diag.Error, Path: model.PathOf(key),
			Message: fmt.Sprintf("there is no field %s at the top of a spec", key),
			Hint:    "if the field only helps to write the spec, start its name with _ or #",
		}
		if meant != "" {
			f.Hint = didYouMean(meant)
		}
		for _, w := range p.Written.At(key) {
			f.Position = w.Label
			found = append(found, f)
			repairs.TakeOut(w.Label, meant)
		}
	}
	return found
}

// NotOfSchema returns the finding for a field that is not unified with the schema.
func NotOfSchema(p *eval.Package, field, definition string) diag.Finding {
	places, _ := p.Written.Around([]string{field})
	return diag.Finding{
		Code: diag.NotSchema, Severity: diag.Error, Position: places[0].Label, Path: model.PathOf(field),
		Message: field + " is not unified with the schema, so nothing checks it",
		Hint:    "write " + field + ": " + definition + ", and import " + workspace.ModulePath + "/schema",
	}
}

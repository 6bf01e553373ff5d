package check_test

import (
	"io/fs"
	"regexp"
	"testing"

	"github.com/portspec/portspec/internal/check"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/schema"
)

// TestSuppressible compares the codes that the schema allows to suppress with those of warnings
// and infos.
func TestSuppressible(t *testing.T) {
	text, err := fs.ReadFile(schema.Files, "suppress.cue")
	if err != nil {
		t.Fatal(err)
	}
	patterns := regexp.MustCompile(`code!: =~"(.*)"`).FindAllStringSubmatch(string(text), -1)
	if len(patterns) != 2 {
		t.Fatalf("%d patterns of codes in the schema, want one for products and one for sites", len(patterns))
	}
	for _, c := range diag.Codes {
		product := regexp.MustCompile(patterns[0][1]).MatchString(string(c.Code))
		site := regexp.MustCompile(patterns[1][1]).MatchString(string(c.Code))
		if product != c.InProduct() || site != c.InSite() {
			t.Errorf("%s (%s): the schema allows suppressing it in a product: %t, in a site: %t", c.Code, c.Severity, product, site)
		}
	}
}

func TestSuppress(t *testing.T) {
	warning := func(code diag.Code, path diag.Path) diag.Finding {
		return diag.Finding{Code: code, Severity: diag.Warning, Path: path}
	}
	all := func(diag.Code) bool { return true }
	for _, test := range []struct {
		name       string
		s          model.Suppression
		found      diag.Finding
		suppressed bool
		reported   string
	}{
		{"path", model.Suppression{Code: "PS3003", At: "flows.a"}, warning("PS3003", "product.flows.a"), true, ""},
		{"below", model.Suppression{Code: "PS3003", At: "flows.a"}, warning("PS3003", "product.flows.a.to"), true, ""},
		{"whole path", model.Suppression{Code: "PS3003", At: "product.flows.a"}, warning("PS3003", "product.flows.a"), true, ""},
		{"everywhere", model.Suppression{Code: "PS3003"}, warning("PS3003", "product.flows.a"), true, ""},
		{"a quoted name", model.Suppression{Code: "PS3001", At: `rows."1.2"`}, warning("PS3001", `product.rows."1.2"`), true, ""},
		{"half a quoted name", model.Suppression{Code: "PS3001", At: "rows.1"}, warning("PS3001", `product.rows."1.2"`), false, "PS3011"},
		{"half a name", model.Suppression{Code: "PS3003", At: "flows.a"}, warning("PS3003", "product.flows.ab"), false, "PS3011"},
		{"another code", model.Suppression{Code: "PS3003"}, warning("PS3004", "product.flows.a"), false, "PS3011"},
		{"last day", model.Suppression{Code: "PS3003", Until: "2026-03-01"}, warning("PS3003", "product"), true, ""},
		{"day after", model.Suppression{Code: "PS3003", Until: "2026-02-28"}, warning("PS3003", "product"), false, "PS3012"},
		{
			"an error under the same code",
			model.Suppression{Code: "PS4401"},
			diag.Finding{Code: "PS4401", Severity: diag.Error},
			false, "PS3011",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := &model.Product{Suppress: []*model.Suppression{&test.s}}
			got := check.SuppressProduct(p, diag.List{test.found}, check.Options{Today: "2026-03-01"}, all)
			if suppressed := got[0].Suppressed != nil; suppressed != test.suppressed {
				t.Errorf("suppressed: %t", suppressed)
			}
			reported := ""
			if len(got) > 1 {
				reported = string(got[1].Code)
			}
			if reported != test.reported {
				t.Errorf("reported %q, want %q", reported, test.reported)
			}
			if test.found.Suppressed != nil {
				t.Error("the original finding was changed")
			}
		})
	}
	unmatched := &model.Product{Suppress: []*model.Suppression{{Code: "PS4301"}}}
	if got := check.SuppressProduct(unmatched, nil, check.Options{}, func(diag.Code) bool { return false }); len(got) > 0 {
		t.Errorf("reported for a code that was not checked: %v", got)
	}
}

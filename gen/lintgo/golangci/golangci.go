// Package golangci is the analyzer as a plugin of golangci-lint, by its module
// plugin system. It is a package of its own so that nobody else depends on that.
package golangci

import (
	"fmt"

	"github.com/golangci/plugin-module-register/register"
	"golang.org/x/tools/go/analysis"

	"github.com/portspec/portspec/gen/lintgo"
)

func init() { register.Plugin("portspec", New) }

// Settings are those of .golangci.yml, as the flags of portspec lint-go.
type Settings struct {
	Products  []string `json:"products"`
	Packages  []string `json:"packages"`
	Table     string   `json:"table"` // a file, from where golangci-lint runs
	SkipTests bool     `json:"skip-tests"`
}

// New makes the plugin with the settings of a configuration; nil for none.
func New(settings any) (register.LinterPlugin, error) {
	s, err := register.DecodeSettings[Settings](settings)
	if err != nil {
		return nil, fmt.Errorf("portspec: %w", err)
	}
	return &plugin{s}, nil
}

type plugin struct{ Settings }

// BuildAnalyzers implements [register.LinterPlugin].
func (p *plugin) BuildAnalyzers() ([]*analysis.Analyzer, error) {
	a := lintgo.New(&lintgo.Options{
		Products: p.Products, Packages: p.Packages, TableFile: p.Table, SkipTests: p.SkipTests,
	})
	run := a.Run
	a.Run = func(pass *analysis.Pass) (any, error) {
		certain := *pass
		certain.Report = func(d analysis.Diagnostic) { pass.Report(withoutChoice(d)) }
		return run(&certain)
	}
	return []*analysis.Analyzer{a}, nil
}

// withoutChoice takes the fixes from what can be fixed in several ways. They are
// alternatives, of which golangci-lint makes all at once: it then leaves the file
// as it is and says that nothing is left to be found.
func withoutChoice(d analysis.Diagnostic) analysis.Diagnostic {
	if len(d.SuggestedFixes) > 1 {
		d.SuggestedFixes = nil
	}
	return d
}

// GetLoadMode implements [register.LinterPlugin].
func (p *plugin) GetLoadMode() string { return register.LoadModeTypesInfo }

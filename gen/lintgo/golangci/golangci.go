// Package golangci makes the analyzer a plugin for golangci-lint's module plugin system. It is a
// separate package so that nothing else depends on that system.
package golangci

import (
	"fmt"

	"github.com/golangci/plugin-module-register/register"
	"golang.org/x/tools/go/analysis"

	"github.com/portspec/portspec/gen/lintgo"
)

func init() { register.Plugin("portspec", New) }

// Settings are the settings in .golangci.yml, which correspond to flags of portspec lint-go.
type Settings struct {
	Products  []string `json:"products"`
	Packages  []string `json:"packages"`
	Table     string   `json:"table"` // a file, relative to the folder in which golangci-lint runs
	SkipTests bool     `json:"skip-tests"`
}

// New makes the plugin from the settings of a configuration, which may be nil.
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

// withoutChoice removes the fixes from findings with alternative fixes. golangci-lint would
// apply all of them, leave the file unchanged, and report that there are no findings.
func withoutChoice(d analysis.Diagnostic) analysis.Diagnostic {
	if len(d.SuggestedFixes) > 1 {
		d.SuggestedFixes = nil
	}
	return d
}

// GetLoadMode implements [register.LinterPlugin].
func (p *plugin) GetLoadMode() string { return register.LoadModeTypesInfo }

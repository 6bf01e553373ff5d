// Package golangci is the analyzer as a plugin of golangci-lint, by its module
// plugin system. It is a package of its own so that nobody else depends on that.
package golangci

import (
	"fmt"

	"github.com/golangci/plugin-module-register/register"
	"golang.org/x/tools/go/analysis"

	"github.com/portspec/portspec/gen/golang/analyzer"
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
	return []*analysis.Analyzer{analyzer.New(&analyzer.Options{
		Products: p.Products, Packages: p.Packages, TableFile: p.Table, SkipTests: p.SkipTests,
	})}, nil
}

// GetLoadMode implements [register.LinterPlugin].
func (p *plugin) GetLoadMode() string { return register.LoadModeTypesInfo }

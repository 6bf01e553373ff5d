package cli

import (
	"cmp"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/diag/report"
	"github.com/portspec/portspec/internal/load"
	ws "github.com/portspec/portspec/internal/workspace"
)

// findingFormats returns the values of --format for findings.
func findingFormats() []string {
	names := []string{"text", "json"}
	for _, f := range report.Formats {
		names = append(names, f.Name)
	}
	return names
}

// report prepares findings for other programs, with file names relative to the root of
// the repository.
func (w *workspace) report(findings diag.List, result *load.Result) (report.Report, error) {
	cwd, err := os.Getwd()
	if err != nil {
		return report.Report{}, err
	}
	root := cmp.Or(w.Root, cwd)
	base := ws.Repository(root)
	if base == "" {
		base = cwd
	}
	place := func(file string) report.Place {
		if site, ok := w.SiteNames[file]; ok {
			return placeIn(root, base)(filepath.ToSlash(site))
		}
		if ws.Served(file) || w.Root == "" {
			return report.Place{Path: file, Binary: true}
		}
		return placeIn(root, base)(file)
	}
	return report.Report{Findings: findings, Files: result.Files, Place: place, Version: reportVersion()}, nil
}

// placeIn returns a function that locates a file by its path relative to root. The
// result is relative to base if the file is below it.
func placeIn(root, base string) func(file string) report.Place {
	return func(file string) report.Place {
		name := filepath.FromSlash(file)
		if !filepath.IsAbs(name) {
			name = filepath.Join(root, name)
		}
		if rel, err := filepath.Rel(base, name); err == nil && filepath.IsLocal(rel) {
			name = rel
		}
		return report.Place{Path: filepath.ToSlash(name)}
	}
}

// reportVersion returns portspec's version for reports.
func reportVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok && strings.HasPrefix(info.Main.Version, "v") {
		return info.Main.Version[1:]
	}
	return "0.0.0-devel" // readers compare versions, which start with a number
}

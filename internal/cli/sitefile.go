package cli

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/portspec/portspec/internal/load"
)

// siteFlag adds --site to a command.
func (w *workspace) siteFlag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&w.site, "site", "", "the site: the folder of a CUE package, or a file in YAML or JSON")
}

// siteFile is the site that --site names, as the loader takes it.
func (w *workspace) siteFile(root string) (load.SiteFile, error) {
	info, err := os.Stat(w.site)
	if err != nil {
		return load.SiteFile{}, fmt.Errorf("--site: %w", err)
	}
	name, inside, err := within(root, w.site)
	if err != nil {
		return load.SiteFile{}, err
	}
	if info.IsDir() {
		if root == "" || !inside {
			return load.SiteFile{}, fmt.Errorf("--site: the folder %s is not in the workspace %s; give one that is, or a file in YAML or JSON", w.site, cmp.Or(root, "(there is none)"))
		}
		return load.SiteFile{Name: name}, nil
	}
	switch strings.ToLower(filepath.Ext(w.site)) {
	case ".yaml", ".yml", ".json":
	case ".cue":
		return load.SiteFile{}, fmt.Errorf("--site: %s is a file of a CUE package; give its folder, %s", w.site, filepath.Dir(w.site))
	default:
		return load.SiteFile{}, fmt.Errorf("--site: %s is neither a folder nor a file whose name ends in .yaml, .yml or .json", w.site)
	}
	if !info.Mode().IsRegular() {
		return load.SiteFile{}, fmt.Errorf("--site: %s is no regular file", w.site)
	}
	if info.Size() > load.MaxSiteFile {
		return load.SiteFile{}, fmt.Errorf("--site: %s has %d MiB, and a site has at most %d: describe machines that are alike as one host with a count",
			w.site, info.Size()>>20, load.MaxSiteFile>>20)
	}
	data, err := os.ReadFile(w.site)
	if data == nil {
		data = []byte{} // nil would be a folder
	}
	return load.SiteFile{Name: name, Data: data}, err
}

// within is a file as positions name it: relative to the workspace or, without
// one, to the current folder, where it is inside, and else absolute.
func within(root, file string) (name string, inside bool, err error) {
	if root == "" {
		if root, err = os.Getwd(); err != nil {
			return "", false, err
		}
	}
	abs, err := filepath.Abs(file)
	if err != nil {
		return "", false, err
	}
	if rel, err := filepath.Rel(root, abs); err == nil && filepath.IsLocal(rel) {
		return filepath.ToSlash(rel), true, nil
	}
	return filepath.ToSlash(abs), false, nil
}

package load

import (
	"testing"
	"testing/fstest"

	"github.com/portspec/portspec/internal/workspace"
)

// TestReplacedElsewhere loads workspaces whose module file replaces a module by a folder
// outside the workspace, which CUE would read from disk.
func TestReplacedElsewhere(t *testing.T) {
	for _, dir := range []string{"../../../../../../../../../../etc", "/etc", "../outside"} {
		files := fstest.MapFS{
			workspace.ModuleFile: {Data: []byte("module: \"example.com/x@v0\"\nlanguage: version: \"v0.17.0\"\ndeps: \"y.com/y@v0\": v: \"v0.1.0\"\n")},
			workspace.LocalFile:  {Data: []byte("deps: \"y.com/y@v0\": replaceWith: \"" + dir + "\"\n")},
			"x.cue":              {Data: []byte("package x\nimport \"y.com/y\"\na: y\n")},
		}
		r, err := Loader{}.Tree(t.Context(), files)
		if err == nil && !r.Findings.HasErrors() {
			t.Errorf("%s was read: %+v", dir, r)
		}
	}
}

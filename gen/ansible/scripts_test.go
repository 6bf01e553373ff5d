package ansible

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/readers"
)

// TestScripts checks the scripts of the tasks with shellcheck and a parser of PowerShell.
func TestScripts(t *testing.T) {
	t.Parallel()
	var shell []string
	var windows [][]byte
	files := taskFiles()
	for _, f := range taskFiles() {
		switch path.Ext(f.Path) {
		case ".sh":
			shell = append(shell, f.Path)
		case ".yml":
			var tasks []any
			if err := yaml.Unmarshal(f.Data, &tasks); err != nil {
				t.Fatalf("%s: %v", f.Path, err)
			}
			windows = append(windows, scriptsIn(tasks, "script")...)
			for i, script := range slices.Concat(scriptsIn(tasks, "stdin"), scriptsIn(tasks, "argv")) {
				name := fmt.Sprintf("%s.%d.sh", f.Path, i)
				files = append(files, gen.File{Path: name, Data: script})
				shell = append(shell, name)
			}
		}
	}
	dir := folder(t, files)
	readers.Run(t, dir, "shellcheck", append([]string{"-s", "sh"}, shell...)...)
	if len(shell) < 5 || len(windows) < 3 {
		t.Errorf("%d scripts for shells and %d for Windows", len(shell), len(windows))
	}
	readers.PowerShell(t, windows...)
}

// scriptsIn lists the scripts that are the values of a name in tasks, or in a list that is, but
// not scripts in files.
func scriptsIn(value any, under string) [][]byte {
	var all [][]byte
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			all = append(all, scriptsIn(item, under)...)
		}
	case map[string]any:
		for name, item := range value {
			items, _ := item.([]any)
			for _, item := range append(items, item) {
				if text, ok := item.(string); ok && name == under && strings.Contains(text, "\n") && !strings.Contains(text, "{{") {
					all = append(all, []byte(text))
				}
			}
			all = append(all, scriptsIn(item, under)...)
		}
	}
	return all
}

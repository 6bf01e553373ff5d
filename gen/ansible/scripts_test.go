package ansible

import (
	"path"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/portspec/portspec/internal/readers"
)

// TestScripts has shellcheck and a parser of PowerShell read the scripts of the tasks.
func TestScripts(t *testing.T) {
	var shell []string
	var windows [][]byte
	for _, f := range taskFiles() {
		switch path.Ext(f.Path) {
		case ".sh":
			shell = append(shell, f.Path)
		case ".yml":
			var tasks []any
			if err := yaml.Unmarshal(f.Data, &tasks); err != nil {
				t.Fatalf("%s: %v", f.Path, err)
			}
			windows = append(windows, powerShellIn(tasks)...)
		}
	}
	dir := ansibleHome(t, taskFiles())
	readers.Run(t, dir, "shellcheck", append([]string{"-s", "sh"}, shell...)...)
	if len(shell) == 0 || len(windows) < 3 {
		t.Errorf("%d scripts for shells and %d for Windows", len(shell), len(windows))
	}
	readers.PowerShell(t, windows...)
}

// powerShellIn lists the scripts in tasks, without those that are read from files.
func powerShellIn(value any) [][]byte {
	var all [][]byte
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			all = append(all, powerShellIn(item)...)
		}
	case map[string]any:
		for name, item := range value {
			if text, ok := item.(string); ok && name == "script" && !strings.Contains(text, "{{") {
				all = append(all, []byte(text))
			}
			all = append(all, powerShellIn(item)...)
		}
	}
	return all
}

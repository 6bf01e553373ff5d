package readers

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// PowerShell lets a parser of PowerShell read scripts, which must be ASCII, and returns how
// often each kind of syntax occurs in each of them.
func PowerShell(t testing.TB, scripts ...[]byte) []map[string]int {
	t.Helper()
	if _, err := os.Stat(filepath.Join(Dir(), "node_modules", "tree-sitter-powershell")); err != nil {
		t.Fatal(Missing("tree-sitter-powershell"))
	}
	dir := t.TempDir()
	// Optimizing the parser takes longer than everything that it does here.
	args := []string{"--liftoff-only", filepath.Join(Dir(), "powershell-parse.mjs")}
	for i, script := range scripts {
		for _, c := range string(script) {
			if c > '~' {
				t.Fatalf("script %d is not ASCII: %q", i, c)
			}
		}
		name := filepath.Join(dir, fmt.Sprintf("%d.ps1", i))
		if err := os.WriteFile(name, script, 0o666); err != nil {
			t.Fatal(err)
		}
		args = append(args, name)
	}
	cmd := exec.Command(Path(t, "node"), args...)
	cmd.Stderr = t.Output()
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var kinds []map[string]int
	if err := json.Unmarshal(out, &kinds); err != nil {
		t.Fatal(err)
	}
	return kinds
}

package cli

import (
	"bytes"
	"crypto/sha256"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/bench/workload"
	"github.com/portspec/portspec/internal/sample"
)

// TestCoresDoNotShow generates all targets for products and sites, on one core and on several:
// files and findings must be identical.
func TestCoresDoNotShow(t *testing.T) {
	t.Setenv("PORTSPEC_CACHE", "off") // so that specs are evaluated
	many := t.TempDir()
	if err := workload.Catalog(many, 6); err != nil {
		t.Fatal(err)
	}
	for _, of := range []struct{ name, root string }{
		{"sites", "../.."}, {"every shape", "../../testdata/workspace"}, {"many products", many},
	} {
		t.Run(of.name, func(t *testing.T) {
			printed, want := generateOn(t, of.root, 1)
			if len(want) < 20 {
				t.Fatalf("only %d files", len(want))
			}
			for _, cores := range []int{8, 2}[:sample.Size(1, 2)] {
				again, got := generateOn(t, of.root, cores)
				if again != printed {
					t.Errorf("on %d cores, it prints\n%s\nand on one\n%s", cores, again, printed)
				}
				for name, sum := range want {
					if got[name] != sum {
						t.Errorf("%s differs on %d cores", name, cores)
					}
				}
				if len(got) != len(want) {
					t.Errorf("%d files on %d cores, %d on one", len(got), cores, len(want))
				}
			}
		})
	}
}

// generateOn generates everything on a number of cores, and returns what it prints and the hash
// of each file.
func generateOn(t *testing.T, root string, cores int) (string, map[string][sha256.Size]byte) {
	t.Helper()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
	dir := t.TempDir()
	var out, findings bytes.Buffer
	if status := Main([]string{"generate", "-C", root, "--out", dir}, &out, &findings); status != statusFine {
		t.Fatalf("status %d\n%s%s", status, &out, &findings)
	}
	sums := make(map[string][sha256.Size]byte)
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		sums[strings.TrimPrefix(path, dir)] = sha256.Sum256(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(out.String()+findings.String(), dir, "OUT"), sums
}

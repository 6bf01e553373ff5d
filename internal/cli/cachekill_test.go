package cli

import (
	"bytes"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/portspec/portspec/internal/bench/workload"
)

// TestCacheKilled kills runs that fill the cache, some of them two at once, and
// holds what the next run with that cache prints against what one prints with a
// cache in which nothing was killed and, at the ends, without any.
func TestCacheKilled(t *testing.T) {
	const products = 12
	dir, kept := t.TempDir(), t.TempDir()
	portspec := program(t, t.TempDir())
	noError(t, workload.Catalog(dir, products, 1))
	vet := func(args ...string) *exec.Cmd {
		cmd := exec.Command(portspec, append([]string{"vet"}, args...)...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "PORTSPEC_CACHE="+kept)
		return cmd
	}
	want, _ := vet("--no-cache").CombinedOutput()
	if !bytes.Contains(want, []byte("12 products")) {
		t.Fatalf("%s", want)
	}
	// How long a run takes that finds one product to judge, as those do that are killed.
	// Its outcome comes from a cache that no killed run has written to.
	sound := t.TempDir()
	judge := func() ([]byte, time.Duration) {
		cmd := vet()
		cmd.Env = append(os.Environ(), "PORTSPEC_CACHE="+sound)
		start := time.Now()
		said, _ := cmd.CombinedOutput()
		return said, time.Since(start)
	}
	for range 2 {
		if got, _ := judge(); !bytes.Equal(got, want) {
			t.Fatalf("%s\nwithout a cache:\n%s", got, want)
		}
	}
	const kills = 12
	killed := 0
	for i := range kills {
		// Each run finds something else to do.
		noError(t, workload.Product(dir, i%products, uint64(i+2)))
		want, whole := judge()
		var runs []*exec.Cmd
		for range 1 + i%2 {
			cmd := vet()
			noError(t, cmd.Start())
			runs = append(runs, cmd)
		}
		time.Sleep(whole * time.Duration(i) / kills)
		for _, cmd := range runs {
			_ = cmd.Process.Kill()
			if cmd.Wait() != nil && !cmd.ProcessState.Exited() {
				killed++
			}
		}
		for range 2 { // the second has everything
			if got, _ := vet().CombinedOutput(); !bytes.Equal(got, want) {
				t.Fatalf("after kill %d:\n%s\notherwise:\n%s", i, got, want)
			}
		}
	}
	got, _ := vet().CombinedOutput()
	if want, _ := vet("--no-cache").CombinedOutput(); !bytes.Equal(got, want) {
		t.Errorf("in the end:\n%s\nwithout a cache:\n%s", got, want)
	}
	if killed == 0 {
		t.Fatal("every run ended before it was killed")
	}
	t.Logf("%d runs were killed", killed)
}

package cli

import (
	"bytes"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/portspec/portspec/internal/bench/workload"
	"github.com/portspec/portspec/internal/sample"
)

// TestCacheKilled kills runs that fill the cache, some of them two at a time. The next run with
// that cache must print the same as one with a cache in which nothing was killed and, in the
// end, as one without a cache.
func TestCacheKilled(t *testing.T) {
	const products = 6
	dir, kept := t.TempDir(), t.TempDir()
	portspec := program(t, t.TempDir())
	noError(t, workload.Catalog(dir, products))
	vet := func(args ...string) *exec.Cmd {
		cmd := exec.Command(portspec, append([]string{"vet"}, args...)...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "PORTSPEC_CACHE="+kept)
		return cmd
	}
	want, _ := vet("--no-cache").CombinedOutput()
	if !bytes.Contains(want, []byte("6 products")) {
		t.Fatalf("%s", want)
	}
	// The duration of a run that judges one product, like those that are killed. Its cache
	// is not the one to which killed runs write.
	sound := t.TempDir()
	judge := func() ([]byte, time.Duration) {
		cmd := vet()
		cmd.Env = append(os.Environ(), "PORTSPEC_CACHE="+sound)
		start := time.Now()
		printed, _ := cmd.CombinedOutput()
		return printed, time.Since(start)
	}
	for range 2 {
		if got, _ := judge(); !bytes.Equal(got, want) {
			t.Fatalf("%s\nwithout a cache:\n%s", got, want)
		}
	}
	kills := sample.Size(5, 12)
	killed := 0
	for i := range kills {
		// Each run has another product to judge.
		noError(t, workload.Product(dir, i%products, uint64(i+2)))
		want, whole := judge()
		var runs []*exec.Cmd
		for range 1 + i%2 {
			cmd := vet()
			noError(t, cmd.Start())
			runs = append(runs, cmd)
		}
		time.Sleep(whole * time.Duration(i) / time.Duration(kills))
		for _, cmd := range runs {
			_ = cmd.Process.Kill()
			if cmd.Wait() != nil && !cmd.ProcessState.Exited() {
				killed++
			}
		}
		for range 2 { // everything is cached in the second run
			if got, _ := vet().CombinedOutput(); !bytes.Equal(got, want) {
				t.Fatalf("after kill %d:\n%s\notherwise:\n%s", i, got, want)
			}
		}
	}
	got, _ := vet().CombinedOutput()
	if want, _ := vet("--no-cache").CombinedOutput(); !bytes.Equal(got, want) {
		t.Errorf("at the end:\n%s\nwithout a cache:\n%s", got, want)
	}
	if killed == 0 {
		t.Fatal("all runs ended before they were killed")
	}
	t.Logf("%d runs were killed", killed)
}

//go:build unix

package cli

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/portspec/portspec/internal/bench/workload"
	"github.com/portspec/portspec/internal/output"
	"github.com/portspec/portspec/internal/sample"
)

// TestInterrupted interrupts generate as Ctrl-C does, at moments throughout the run (reading,
// evaluating, resolving, generating) and after it has begun to write. The outputs must be all
// old or all new, and one sentence is printed.
func TestInterrupted(t *testing.T) {
	const products = 4
	dir := t.TempDir()
	portspec := program(t, t.TempDir())
	noError(t, workload.Catalog(dir, products))
	noError(t, workload.Site(dir, 12))
	out := filepath.Join(dir, "out")
	generate := func() *exec.Cmd {
		cmd := exec.Command(portspec, "generate", "--no-cache", "--out", out)
		cmd.Dir = dir
		return cmd
	}
	complete := func() map[string]string {
		t.Helper()
		if printed, err := generate().CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, printed)
		}
		return snapshot(t, out)
	}
	old := complete()
	noError(t, workload.Product(dir, products, 1)) // so that the list of files differs
	noError(t, workload.Product(dir, 0, 2))
	start := time.Now()
	made := complete()
	whole := time.Since(start)
	restore := func() {
		noError(t, os.RemoveAll(out))
		for name, data := range old {
			noError(t, os.MkdirAll(filepath.Dir(filepath.Join(out, name)), 0o777))
			noError(t, os.WriteFile(filepath.Join(out, name), []byte(data), 0o666))
		}
	}

	samples := sample.Size(3, 5)
	interrupted, wrote := 0, 0
	for i := range samples + 20 { // on a busy machine, many runs end before they get the signal
		writing := i >= samples
		if writing && wrote > 0 {
			break
		}
		restore()
		cmd := generate()
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		noError(t, cmd.Start())
		if writing {
			before := old[output.ManifestName]
			for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); {
				if data, err := os.ReadFile(filepath.Join(out, output.ManifestName)); err == nil && string(data) != before {
					break
				}
				time.Sleep(100 * time.Microsecond) // leaves the processor to the run
			}
		} else {
			time.Sleep(whole * time.Duration(i+1) / time.Duration(samples+1))
		}
		noError(t, cmd.Process.Signal(syscall.SIGINT))
		_ = cmd.Wait() // the status is checked below
		status := cmd.ProcessState.ExitCode()
		printed := strings.TrimSpace(stderr.String())
		lines := strings.Split(printed, "\n")
		at := fmt.Sprintf("interrupt %d: status %d, %s", i, status, printed)
		switch left := snapshot(t, out); {
		case status == statusFine && maps.Equal(left, made):
		case status == -1 && maps.Equal(left, old): // before it handles signals
		case status != statusFailed || lines[len(lines)-1] != "portspec: interrupted":
			t.Error(at)
		case maps.Equal(left, old):
			interrupted++
		case maps.Equal(left, made):
			wrote++
		default:
			t.Errorf("%s; the outputs are neither old nor new", at)
		}
	}
	if interrupted == 0 || wrote == 0 {
		t.Errorf("%d runs ended before they wrote, and %d after that; want some of each", interrupted, wrote)
	}
	t.Logf("%d runs ended before they wrote, %d after that", interrupted, wrote)
}

package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// saves measures a watch on the three products of this repository, from writing a spec to
// reading the finding. It breaks and fixes the spec in turn. There is a pause before each
// write, since nobody saves twice in a tenth of a second.
func saves(dir string) error {
	root := filepath.Join(dir, "watched")
	for _, part := range []string{"cue.mod", "schema", "specs"} {
		if err := os.CopyFS(filepath.Join(root, part), os.DirFS(part)); err != nil {
			return err
		}
	}
	cmd := exec.Command(*portspec, "vet", "--watch")
	cmd.Dir = root
	stderr, err := cmd.StderrPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	defer func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	}()
	lines := bufio.NewScanner(stderr)
	until := func(text string) error {
		for lines.Scan() {
			if strings.Contains(lines.Text(), text) {
				return nil
			}
		}
		return fmt.Errorf("the watch ended before it printed %q", text)
	}
	const done = "waiting for changes"
	if err := until(done); err != nil {
		return err
	}

	name := filepath.Join(root, "specs/products/igelums/components.cue")
	good, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	bad := bytes.Replace(good, []byte("port: 8443"), []byte("port: 84430"), 1)
	var broken, fixed []float64
	for i := range 4 * *runs {
		// The comment changes the file, so that nothing is cached for it.
		good := fmt.Appendf(bytes.Clone(good), "// %d\n", i)
		for _, save := range []struct {
			data []byte
			says string
			took *[]float64
		}{{bad, "1 error", &broken}, {good, "0 findings", &fixed}} {
			time.Sleep(500 * time.Millisecond)
			start := time.Now()
			if err := os.WriteFile(name, save.data, 0o666); err != nil {
				return err
			}
			if err := until(save.says); err != nil {
				return err
			}
			*save.took = append(*save.took, time.Since(start).Seconds())
			if err := until(done); err != nil {
				return err
			}
		}
	}
	fmt.Printf("\nwatch, 3 products, from write to finding: %.3f s for a fault, %.3f s for its fix\n", median(broken), median(fixed))
	return nil
}

// Package main measures portspec against cue on the same files, in one run, and
// prints the ratios: make bench. The workspaces that it measures are written by
// package workload.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/portspec/portspec/internal/bench/workload"
)

var (
	portspec = flag.String("portspec", "bin/portspec", "the program that is measured")
	cue      = flag.String("cue", "bin/tools/cue", "the program that it is measured against")
	products = flag.Int("products", 1000, "how many products the large catalogue has")
	hosts    = flag.Int("hosts", 10000, "how many hosts the large site has")
	runs     = flag.Int("runs", 3, "how often each command runs; medians are printed")
)

func main() {
	flag.Parse()
	if err := measure(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// A task is one command of each program on the same files.
type task struct {
	name         string
	ours, theirs *command
	size         int // products or hosts
}

// A command is a program with its arguments in a folder, and what was measured.
type command struct {
	dir     string
	args    []string
	seconds []float64
	bytes   []float64
}

func measure() error {
	for _, program := range []*string{portspec, cue} {
		abs, err := filepath.Abs(*program)
		if err != nil {
			return err
		}
		*program = abs
	}
	dir, err := os.MkdirTemp("", "portspec-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)

	catalog := func(n int) (string, error) {
		at := filepath.Join(dir, fmt.Sprintf("catalog-%d", n))
		return at, cmpErr(workload.Catalog(at, n, 1), initialize(at))
	}
	site := func(n int) (string, error) {
		at := filepath.Join(dir, fmt.Sprintf("site-%d", n))
		return at, cmpErr(workload.Site(at, n, 1), initialize(at))
	}
	var all []*task
	for _, n := range []int{3, *products / 10, *products} {
		at, err := catalog(n)
		if err != nil {
			return err
		}
		all = append(all, &task{
			name: fmt.Sprintf("vet, %d products", n), size: n,
			ours:   &command{dir: at, args: []string{*portspec, "vet", "--fail-on", "error", "--timeout", "0"}},
			theirs: &command{dir: at, args: []string{*cue, "vet", "-c", "./..."}},
		})
	}
	for _, n := range []int{*hosts / 10, *hosts} {
		at, err := site(n)
		if err != nil {
			return err
		}
		all = append(all, &task{
			name: fmt.Sprintf("resolve, %d hosts", n), size: n,
			ours:   &command{dir: at, args: []string{*portspec, "resolve", "--site", "site", "--timeout", "0", "--level", "error"}},
			theirs: &command{dir: at, args: []string{*cue, "vet", "-c", "./site"}},
		})
	}
	fmt.Println("| work | portspec | cue vet | time | memory |")
	fmt.Println("| --- | --- | --- | --- | --- |")
	for _, w := range all {
		// In turns, so that what else the machine does strikes both.
		for range *runs {
			for _, c := range []*command{w.ours, w.theirs} {
				if err := c.run(); err != nil {
					return fmt.Errorf("%s: %w", w.name, err)
				}
			}
		}
		o, t := w.ours, w.theirs
		fmt.Printf("| %s | %.2f s, %.0f MiB | %.2f s, %.0f MiB | %.2f | %.2f |\n", w.name,
			median(o.seconds), median(o.bytes)/(1<<20), median(t.seconds), median(t.bytes)/(1<<20),
			median(o.seconds)/median(t.seconds), median(o.bytes)/median(t.bytes))
	}
	for _, pair := range [][2]int{{1, 2}, {3, 4}} {
		small, large := all[pair[0]], all[pair[1]]
		per := func(w *task) float64 { return median(w.ours.seconds) / float64(w.size) }
		fmt.Printf("\ngrowth, %s to %d: %.2f of linear\n", small.name, large.size, per(large)/per(small))
	}
	return nil
}

func cmpErr(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// initialize puts the schema where plain cue finds it.
func initialize(dir string) error {
	out, err := exec.Command(*portspec, "init", dir).CombinedOutput()
	if err != nil {
		return fmt.Errorf("portspec init: %w\n%s", err, out)
	}
	return nil
}

// run runs the command once, as a whole process.
func (c *command) run() error {
	cmd := exec.Command(c.args[0], c.args[1:]...)
	cmd.Dir = c.dir
	var errs bytes.Buffer
	cmd.Stderr = &errs
	start := time.Now()
	err := cmd.Run()
	c.seconds = append(c.seconds, time.Since(start).Seconds())
	if err != nil {
		return fmt.Errorf("%v: %w\n%s", c.args, err, errs.Bytes())
	}
	// Linux gives the peak in KiB.
	c.bytes = append(c.bytes, float64(cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss)*1024)
	return nil
}

func median(all []float64) float64 {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[len(sorted)/2]
}

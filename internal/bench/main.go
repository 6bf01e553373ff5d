// Package main measures portspec against cue and git on the same files, in one
// run, and prints the ratios: make bench. What is measured is in tasks.go; the
// workspaces are written by package workload.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

var (
	portspec = flag.String("portspec", "bin/portspec", "the program that is measured")
	cue      = flag.String("cue", "bin/tools/cue", "the program that it is measured against")
	before   = flag.String("before", "", "an earlier portspec that kept work is measured against, too; none without it")
	products = flag.Int("products", 1000, "how many products the large catalogue has")
	hosts    = flag.Int("hosts", 10000, "how many hosts the large site has")
	where    = flag.String("dir", inMemory(), "where the workspaces lie; files are written to it")
	runs     = flag.Int("runs", 3, "how often each command runs; medians are printed")
	watch    = flag.Bool("watch", false, "measure only how quickly a watch finds something")
)

func main() {
	flag.Parse()
	if err := measure(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// A task is a command of portspec and what it is measured against: a command of
// another program on the same files, or an earlier task.
type task struct {
	name    string
	atMost  string // the ratio that is required; "" for none
	ours    *command
	theirs  *command // nil where against is another task
	against *task
	size    int // products or hosts
}

// A command is a program with its arguments in a folder, and what was measured.
type command struct {
	dir     string
	args    []string
	prepare func() error // before each run, and not measured; nil for nothing
	finds   bool         // it ends with status 1, as there is something to be found
	seconds []float64
	bytes   []float64
}

func measure() error {
	for _, program := range []*string{portspec, cue, before} {
		if *program == "" {
			continue
		}
		abs, err := filepath.Abs(*program)
		if err != nil {
			return err
		}
		*program = abs
	}
	dir, err := os.MkdirTemp(*where, "portspec-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := os.Setenv("PORTSPEC_CACHE", filepath.Join(dir, "cache")); err != nil {
		return err
	}
	if *watch {
		return saves(dir)
	}
	all, err := tasks(dir)
	if err != nil {
		return err
	}
	fmt.Println("| work | portspec | against | time | memory | required |")
	fmt.Println("| --- | --- | --- | --- | --- | --- |")
	for _, w := range all {
		// In turns, so that what else the machine does strikes both.
		for range *runs {
			for _, c := range []*command{w.ours, w.theirs} {
				if c == nil {
					continue
				}
				if err := c.run(); err != nil {
					return fmt.Errorf("%s: %w", w.name, err)
				}
			}
		}
		peer := w.theirs
		if peer == nil {
			peer = w.against.ours
		}
		fmt.Printf("| %s | %s | %s | %.3f | %.2f | %s |\n", w.name, w.ours, peer,
			median(w.ours.seconds)/median(peer.seconds), median(w.ours.bytes)/median(peer.bytes), w.atMost)
	}
	for i, small := range all {
		for _, large := range all[i+1:] {
			if kind, _, _ := strings.Cut(small.name, ","); small.size > 3 && large.size == 10*small.size && strings.HasPrefix(large.name, kind) {
				per := func(w *task) float64 { return median(w.ours.seconds) / float64(w.size) }
				fmt.Printf("\ngrowth, %s to %d: %.2f of linear\n", small.name, large.size, per(large)/per(small))
			}
		}
	}
	return saves(dir)
}

// String is the median of what was measured.
func (c *command) String() string {
	return fmt.Sprintf("%.3f s, %.0f MiB", median(c.seconds), median(c.bytes)/(1<<20))
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
	if c.prepare != nil {
		if err := c.prepare(); err != nil {
			return err
		}
	}
	cmd := exec.Command(c.args[0], c.args[1:]...)
	cmd.Dir = c.dir
	var errs bytes.Buffer
	cmd.Stderr = &errs
	start := time.Now()
	err := cmd.Run()
	c.seconds = append(c.seconds, time.Since(start).Seconds())
	if found := (*exec.ExitError)(nil); c.finds && err == nil {
		return fmt.Errorf("%v finds nothing", c.args)
	} else if c.finds && errors.As(err, &found) && found.ExitCode() == 1 {
		err = nil
	}
	if err != nil {
		return fmt.Errorf("%v: %w\n%s", c.args, err, errs.Bytes())
	}
	c.bytes = append(c.bytes, peak(cmd.ProcessState))
	return nil
}

func median(all []float64) float64 {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[len(sorted)/2]
}

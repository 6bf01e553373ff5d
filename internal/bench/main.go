// Package main implements make bench: it measures portspec against cue, git and Hugo on the same
// files in one run, and prints the ratios. The measurements are defined in tasks.go, and
// package workload writes the workspaces.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

var (
	portspec = flag.String("portspec", "bin/portspec", "the program to measure")
	cue      = flag.String("cue", "bin/tools/cue", "the program to compare with")
	before   = flag.String("before", "", "an earlier portspec to compare cached work with as well (default none)")
	products = flag.Int("products", 1000, "number of products in the large catalogue")
	hosts    = flag.Int("hosts", 10000, "number of hosts in the large site")
	where    = flag.String("dir", inMemory(), "folder to write the workspaces to")
	runs     = flag.Int("runs", 3, "number of runs of each command; medians are printed")
	watch    = flag.Bool("watch", false, "measure only how quickly a watch reports a finding")
)

func main() {
	flag.Parse()
	if err := measure(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// A task is a portspec command and what it is compared with: another program's command on
// the same files, or a command of an earlier task.
type task struct {
	name    string
	atMost  string // required ratio; "" for none
	ours    *command
	theirs  *command // nil if against is set
	against *command
	size    int // number of products or hosts
}

// A command is a program, its arguments and folder, and its measurements.
type command struct {
	dir     string
	args    []string
	prepare func() error // called before each run, not measured; may be nil
	finds   bool         // expected to exit with status 1
	once    bool         // takes too long, or too much memory, to be run several times
	seconds []float64
	bytes   []float64
	writes  string // a folder whose size is printed; "" for none
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
		// The commands take turns, so that other load on the machine affects both.
		for range *runs {
			for _, c := range []*command{w.ours, w.theirs} {
				if c == nil || c.once && len(c.seconds) > 0 {
					continue
				}
				if err := c.run(); err != nil {
					return fmt.Errorf("%s: %w", w.name, err)
				}
			}
		}
		peer := w.theirs
		if peer == nil {
			peer = w.against
		}
		fmt.Printf("| %s | %s | %s | %.3f | %.2f | %s |\n", w.name, w.ours, peer,
			median(w.ours.seconds)/median(peer.seconds), median(w.ours.bytes)/median(peer.bytes), w.atMost)
	}
	growths(all)
	return saves(dir)
}

// growths prints how time and memory grow from each task with a size to a larger one of its
// kind.
func growths(all []*task) {
	for i, small := range all {
		for _, large := range all[i+1:] {
			kind, _, _ := strings.Cut(small.name, ",")
			if small.size <= 3 || large.size <= small.size || !strings.HasPrefix(large.name, kind+",") {
				continue
			}
			times := float64(large.size) / float64(small.size)
			fmt.Printf("\ngrowth, %s to %d: time %.2f of linear, memory %.2f times\n", small.name, large.size,
				median(large.ours.seconds)/median(small.ours.seconds)/times, median(large.ours.bytes)/median(small.ours.bytes))
		}
	}
}

// String returns the medians of time and memory.
func (c *command) String() string {
	text := fmt.Sprintf("%.3f s, %.0f MiB", median(c.seconds), median(c.bytes)/(1<<20))
	if c.writes == "" {
		return text
	}
	var size int64
	err := filepath.WalkDir(c.writes, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			size += info.Size()
		}
		return err
	})
	if err != nil {
		return text + ", " + err.Error()
	}
	return fmt.Sprintf("%s, %.0f MB of files", text, float64(size)/1e6)
}

func cmpErr(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// initialize puts the schema where cue finds it.
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
		return fmt.Errorf("%v found nothing", c.args)
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

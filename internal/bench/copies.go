package main

import (
	"fmt"
	"path/filepath"

	"github.com/portspec/portspec/internal/bench/workload"
)

// copies returns the tasks on the workspace that portspec init writes, and on copies of the real
// products: without faults, with a fault in each, and with a fault in one.
func copies(dir string) ([]*task, error) {
	starter := filepath.Join(dir, "starter")
	if err := initialize(starter); err != nil {
		return nil, err
	}
	all := []*task{{
		name: "vet, the starter, cold", atMost: "1.2",
		ours: cold(starter, "vet", "--fail-on", "error"), theirs: theirs(starter, "./..."),
	}}
	written := func(name string, n int, fault func(int) workload.Fault) (string, error) {
		at := filepath.Join(dir, fmt.Sprintf("%s-%d", name, n))
		return at, cmpErr(workload.Copies(at, workload.Real, n, fault), initialize(at))
	}

	few := max(1, *products*15/100)
	faulty, err := written("faulty", few, func(i int) workload.Fault { return workload.Faults[i/len(workload.Real)%len(workload.Faults)] })
	if err != nil {
		return nil, err
	}
	found, refused := cold(faulty, "vet"), theirs(faulty, "./...")
	found.finds, refused.finds = true, true
	all = append(all, &task{name: fmt.Sprintf("vet, %d copies of real products, a fault in each, cold", few), atMost: "1.0", ours: found, theirs: refused})

	var at string
	for _, n := range []int{few, *products} {
		if at, err = written("copies", n, nil); err != nil {
			return nil, err
		}
		all = append(all, &task{
			name: fmt.Sprintf("vet, %d copies of real products, cold", n), atMost: "0.3, memory 0.12",
			ours: cold(at, "vet", "--fail-on", "error"), theirs: theirs(at, "./..."),
		})
	}
	return append(all, kept(at, all[len(all)-1])...), nil
}

// kept returns the tasks on a workspace of which most results are cached.
func kept(at string, cold *task) []*task {
	edition, one := 0, *products/2
	edit := func(fault workload.Fault) func() error {
		return func() error {
			edition++
			return workload.Copy(at, workload.Real[one%len(workload.Real)], one, fault, edition)
		}
	}
	vet := func(prepare func() error) *command {
		c := ours(at, "vet", "--fail-on", "error")
		c.prepare = prepare
		return c
	}
	unchanged := &task{name: "the same, unchanged", ours: vet(nil), against: cold.ours}
	edited := &task{name: "the same, one edited", ours: vet(edit(workload.Sound)), against: cold.ours}
	broken := &task{name: "the same, one edited with a fault", atMost: "1.5", ours: vet(edit(workload.Port)), against: edited.ours}
	broken.ours.finds = true
	if *before != "" {
		for _, t := range []*task{unchanged, edited} {
			theirs := *t.ours
			theirs.args = append([]string{*before}, t.ours.args[1:]...)
			t.theirs, t.atMost = &theirs, "1.0"
		}
	}
	return []*task{unchanged, edited, broken}
}

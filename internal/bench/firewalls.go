package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/portspec/portspec/internal/bench/workload"
)

// firewalls writes sites of hosts with firewalls to a folder and returns the tasks that
// write their rules. BenchmarkCapirca of internal/targets compares without reading and
// resolving the site.
func firewalls(dir string) ([]*task, error) {
	var all []*task
	for _, n := range []int{*hosts / 10, *hosts} {
		at := filepath.Join(dir, fmt.Sprintf("firewalls-%d", n))
		if err := cmpErr(workload.Firewall(at, n), initialize(at)); err != nil {
			return nil, err
		}
		out := filepath.Join(at, "out")
		args := []string{"generate", "nftables", "--site", "site", "--out", out}
		generate := cold(at, args...)
		generate.prepare = func() error { return cmpErr(aside(out), forget()) }
		if n == *hosts {
			generate.writes = out
			all = append(all, &task{
				name: fmt.Sprintf("nftables, %d hosts of %d permits, cold", n, workload.PermitsEach), size: n, ours: generate,
				theirs: cold(at, "resolve", "--site", "site", "--level", "error"), atMost: "500 MiB more than resolve",
			})
			continue
		}
		if err := workload.Capirca(filepath.Join(at, "capirca"), n); err != nil {
			return nil, err
		}
		aclgen := filepath.Join(at, "capirca")
		capirca := &command{
			dir:  aclgen,
			args: []string{"aclgen", "--base_directory", ".", "--definitions_directory", "def", "--output_directory", "out"},
			prepare: func() error {
				return cmpErr(aside(filepath.Join(aclgen, "out")), os.Mkdir(filepath.Join(aclgen, "out"), 0o777))
			},
		}
		again := ours(at, args...)
		again.prepare = func() error { return aside(out) }
		all = append(all, &task{
			name: fmt.Sprintf("nftables, %d hosts of %d permits, cold, against Capirca", n, workload.PermitsEach), size: n,
			ours: generate, theirs: capirca,
		}, &task{
			name: fmt.Sprintf("the same, %d hosts, after that, without the files", n), ours: again, against: capirca,
		})
	}
	return all, nil
}

//go:build unix

// Package attack_test simulates hostile pull requests. It makes repositories with links, pipes,
// manifests, configurations, texts and names that try to reach outside, runs portspec's commands
// in them, and inspects every byte that was printed or written: no secret from outside the
// repository may show, and only outputs may change.
package attack_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/portspec/portspec/internal/cli"
)

var (
	repositories = flag.Int("repositories", 60, "how many repositories TestAttack makes")
	seed         = flag.Uint64("attack-seed", 1, "the seed of the first repository; the others follow")
)

// TestMain restarts the test binary with a secret in its environment, because /proc/self/environ
// shows only variables that were set at the start.
func TestMain(m *testing.M) {
	if os.Getenv(tokenName) == "" {
		os.Exit(again())
	}
	flag.Parse()
	os.Exit(m.Run())
}

// TestAttack attacks. A failure names the seed with which it can be repeated:
//
//	go test ./internal/attack -repositories 1 -attack-seed SEED
func TestAttack(t *testing.T) {
	template := newTemplate(t)
	counts := make(map[string]int)
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CACHE_HOME", "")
	for i := range *repositories {
		s := *seed + uint64(i)
		r := rand.New(rand.NewPCG(s, 1))
		repo := template.copy(t)
		var names []string
		for _, a := range pick(r, attacks, 2+r.IntN(6)) {
			a.make(r, repo)
			names = append(names, a.name)
			counts["attack "+a.name]++
		}
		cache := filepath.Join(home, "cache")
		if r.IntN(3) == 0 {
			cache = "off"
		}
		t.Setenv("PORTSPEC_CACHE", cache)
		for _, c := range pick(r, commands, 2) {
			problems, status := try(repo, c)
			counts[fmt.Sprintf("status %d", status)]++
			counts["commands"]++
			for _, p := range problems {
				t.Errorf("seed %d, portspec %s, after %s: %s", s, strings.Join(c.args, " "), strings.Join(names, ", "), p)
			}
		}
		repo.remove(t)
		counts["repositories"]++
	}
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		t.Logf("%6d %s", counts[name], name)
	}
}

// try runs a command in a repository and returns what it should not have done.
func try(repo *repository, c command) (problems []string, status int) {
	before := repo.state()
	stop := repo.swapping()
	var stdout, stderr bytes.Buffer
	done := make(chan int, 1)
	if err := os.Chdir(repo.dir); err != nil {
		return []string{err.Error()}, -1
	}
	go func() { done <- cli.Main(c.args, &stdout, &stderr) }()
	select {
	case status = <-done:
	case <-time.After(2 * time.Minute):
		return []string{"it hangs"}, -1
	}
	stop()
	if status != 0 && status != 1 && status != 2 {
		problems = append(problems, fmt.Sprintf("status %d", status))
	}
	for name, printed := range map[string][]byte{"standard output": stdout.Bytes(), "standard error": stderr.Bytes()} {
		for _, secret := range repo.leaks(printed) {
			problems = append(problems, fmt.Sprintf("%s shows %s:\n%s", name, secret, printed))
		}
		if what := unsafe(printed, c); what != "" {
			problems = append(problems, fmt.Sprintf("%s: %s:\n%q", name, what, printed))
		}
	}
	return append(problems, repo.harm(before, c)...), status
}

// pick returns n different elements of a list, in random order.
func pick[T any](r *rand.Rand, all []T, n int) []T {
	var some []T
	for _, i := range r.Perm(len(all))[:min(n, len(all))] {
		some = append(some, all[i])
	}
	return some
}

// A command is one way to run portspec.
type command struct {
	args []string
	// writes lists the folders and files below the repository that the command may write to,
	// in addition to those that the repository's configuration names.
	writes []string
	// specs means that it may change CUE files in place.
	specs bool
	// commands means that it prints commands for a workflow's log.
	commands bool
}

var commands = []command{
	{args: []string{"vet"}},
	{args: []string{"vet", "--format", "json"}},
	{args: []string{"vet", "--format", "github"}, commands: true},
	{args: []string{"vet", "--format", "gitlab"}},
	{args: []string{"vet", "--format", "junit"}},
	{args: []string{"vet", "--format", "sarif"}},
	{args: []string{"vet", "--no-suppress"}},
	{args: []string{"generate"}, writes: []string{"out"}},
	{args: []string{"generate", "--check"}},
	{args: []string{"generate", "markdown", "go"}, writes: []string{"out"}},
	{args: []string{"generate", "--out", "made"}, writes: []string{"made"}},
	{args: []string{"generate", "go", "--product", "example", "--out", "src/ports_gen.go"}, writes: []string{"src/ports_gen.go"}},
	{args: []string{"generate", "go", "--product", "example", "--package", "ports", "--out", "ports"}, writes: []string{"ports"}},
	{args: []string{"generate", "--site", "site.yaml", "--out", "network"}, writes: []string{"network"}},
	{args: []string{"flows"}},
	{args: []string{"flows", "--format", "json"}},
	{args: []string{"flows", "--format", "csv"}},
	{args: []string{"flows", "--format", "markdown"}},
	{args: []string{"export"}},
	{args: []string{"coverage"}},
	{args: []string{"resolve", "--site", "site.yaml"}},
	{args: []string{"resolve", "--site", "site.yaml", "--format", "json"}},
	{args: []string{"resolve", "--site", "site.yaml", "--format", "csv"}},
	{args: []string{"explain", "--site", "site.yaml", "one:7443"}},
	{args: []string{"reach", "--site", "site.yaml", "--to", "one"}},
	{args: []string{"diff", "HEAD"}},
	{args: []string{"diff", "HEAD", "--format", "json"}},
	{args: []string{"diff", "HEAD", "--format", "markdown"}},
	{args: []string{"review", "--base", "HEAD"}},
	{args: []string{"fmt"}, specs: true},
	{args: []string{"fmt", "."}, specs: true},
	{args: []string{"fmt", "--check"}},
	{args: []string{"fmt", "--diff"}},
	{args: []string{"init"}, writes: []string{"cue.mod/pkg"}},
	{args: []string{"init", "site", "new.yaml"}, writes: []string{"new.yaml"}},
	{args: []string{"version"}},
}

// again runs the test binary with a secret in its environment.
func again() int {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	return rerun(ctx, tokenName+"="+envSecret)
}

package targets

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/bench/workload"
	"github.com/portspec/portspec/internal/check"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/output"
	"github.com/portspec/portspec/internal/resolve"
)

// BenchmarkCapirca compares the target nftables with Capirca: 1,000 hosts with 20 permits each
// become files, from the resolved site here and from Capirca's definitions and policies there.
// Each begins with nothing and ends with all files on disk; in Capirca's time, that of a run
// without policies is not counted. The two take turns, and ratios are medians of turns, by
// processor time and by the clock.
func BenchmarkCapirca(b *testing.B) {
	aclgen, err := exec.LookPath("aclgen")
	if err != nil {
		b.Fatal("install Capirca: pip install capirca")
	}
	const hosts = 1000
	dir := inMemory(b)
	d := stores(b, filepath.Join(dir, "site"), hosts)
	if err := workload.Capirca(filepath.Join(dir, "capirca"), hosts); err != nil {
		b.Fatal(err)
	}
	if err := workload.Capirca(filepath.Join(dir, "empty"), 0); err != nil {
		b.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "empty", "pol"), 0o777); err != nil {
		b.Fatal(err)
	}
	defer debug.SetGCPercent(debug.SetGCPercent(200)) // as in the program while it generates
	theirs := func(in, out string) func() {
		cmd := exec.CommandContext(b.Context(), aclgen, "--base_directory", ".", "--definitions_directory", "def", "--output_directory", out)
		cmd.Dir = filepath.Join(dir, in)
		if err := os.MkdirAll(out, 0o777); err != nil {
			b.Fatal(err)
		}
		return func() {
			if text, err := cmd.CombinedOutput(); err != nil {
				b.Fatalf("%v\n%s", err, text)
			}
		}
	}
	var byTime, byClock, ourTimes []float64
	for b.Loop() {
		to, err := os.MkdirTemp(dir, "out-")
		if err != nil {
			b.Fatal(err)
		}
		starting := cost(b, syscall.RUSAGE_CHILDREN, theirs("empty", filepath.Join(to, "none")))
		all := cost(b, syscall.RUSAGE_CHILDREN, theirs("capirca", filepath.Join(to, "capirca")))
		var most []spent // as our runs are short, several; the median counts
		for i := range 5 {
			most = append(most, cost(b, syscall.RUSAGE_SELF, func() { write(b, d, filepath.Join(to, "ours", string(rune('a'+i)))) }))
		}
		slices.SortFunc(most, func(x, y spent) int { return int(x.time - y.time) })
		ours := most[len(most)/2]
		byTime = append(byTime, (all.time-starting.time).Seconds()/ours.time.Seconds())
		byClock = append(byClock, (all.clock-starting.clock).Seconds()/ours.clock.Seconds())
		ourTimes = append(ourTimes, ours.time.Seconds())
		for in, want := range map[string]int{"capirca": hosts, "ours/a/nftables/sites/stores": 2 * hosts} {
			if files, err := os.ReadDir(filepath.Join(to, in)); err != nil || len(files) != want {
				b.Fatalf("%s: %d files, want %d, %v", in, len(files), want, err)
			}
		}
	}
	middle := func(all []float64) float64 { return slices.Sorted(slices.Values(all))[len(all)/2] }
	b.ReportMetric(middle(byTime), "times/capirca")
	b.ReportMetric(middle(byClock), "times/capirca-by-clock")
	b.ReportMetric(hosts*workload.PermitsEach/middle(ourTimes), "permits/cpu-s")
}

// inMemory returns a folder in memory, if there is one.
func inMemory(b *testing.B) string {
	b.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "portspec-capirca-")
	if err != nil {
		return b.TempDir()
	}
	b.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// stores returns the resolved site of [workload.Firewall].
func stores(b *testing.B, dir string, hosts int) *model.Deployment {
	b.Helper()
	if err := workload.Firewall(dir, hosts); err != nil {
		b.Fatal(err)
	}
	r, err := load.Workspace(b.Context(), dir)
	if err != nil {
		b.Fatal(err)
	}
	d, found := resolve.Site(r.Available, r.Sites[0])
	if found.HasErrors() {
		b.Fatal(found)
	}
	return d
}

// write makes and writes the files of the target nftables, as the command does.
func write(b *testing.B, d *model.Deployment, dir string) {
	b.Helper()
	chosen, err := Choose([]string{"nftables"})
	if err != nil {
		b.Fatal(err)
	}
	o := &output.Output{Dir: dir, Targets: []string{"nftables"}, All: Names()}
	defer o.Close()
	if err := o.Begin(b.Context()); err != nil {
		b.Fatal(err)
	}
	found, err := Make([]*Job{{Target: chosen[0], Sites: []*model.Deployment{d}, Dir: "nftables"}}, check.Options{}, func(_ *Job, files ...gen.File) error {
		return o.Add(files...)
	})
	if err != nil || found.HasErrors() {
		b.Fatal(found, err)
	}
	if _, err := o.End(context.Background()); err != nil {
		b.Fatal(err)
	}
}

// spent is processor time and the time of the clock.
type spent struct{ time, clock time.Duration }

// cost returns what a function takes, in this process or its children.
func cost(b *testing.B, who int, do func()) spent {
	b.Helper()
	used := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(who, &u); err != nil {
			b.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	before, start := used(), time.Now()
	do()
	return spent{used() - before, time.Since(start)}
}

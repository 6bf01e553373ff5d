package watch

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A field is a folder in which files are saved, and the reports of the watch on it.
type field struct {
	t       *testing.T
	root    string // watched folder
	outside string // another folder
	watcher *Watcher
}

// start watches what the test has created so far.
func (f *field) start() {
	f.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	set := Set{
		Root:      f.root,
		LeavesOut: func(dir string) bool { return filepath.Base(dir) == "out" },
		Matters: func(name string) bool {
			return strings.HasSuffix(name, ".cue") && !strings.HasPrefix(filepath.Base(name), ".")
		},
		Files: []string{f.outside + "/site.yaml", f.root + "/out/site.yaml", f.outside + "/no/such/site.yaml"},
	}
	var err error
	if f.watcher, err = Start(ctx, set); err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() {
		stop()
		for range f.watcher.Changes() { // until the watch ends
		}
	})
}

// longest is how long a busy machine may take to report a change.
const longest = time.Minute

// changed returns the reports about what do changes, separated by spaces. It waits for those in
// want, and then a little longer for others.
func (f *field) changed(want string, do func()) string {
	f.t.Helper()
	do()
	var all []string
	for {
		wait := quiet + 150*time.Millisecond
		for _, name := range strings.Fields(want) {
			if !slices.Contains(all, name) {
				wait = longest
			}
		}
		select {
		case names, ok := <-f.watcher.Changes():
			if !ok {
				f.t.Fatal(f.watcher.Err())
			}
			for _, name := range names {
				all = append(all, strings.Replace(name, f.outside, "OUTSIDE", 1))
			}
			slices.Sort(all)
			all = slices.Compact(all)
		case <-time.After(wait):
			return strings.Join(all, " ")
		}
	}
}

func (f *field) write(name string) {
	f.t.Helper()
	f.check(os.WriteFile(f.path(name), []byte(time.Now().String()), 0o666))
}

func (f *field) rename(from, to string) {
	f.t.Helper()
	f.check(os.Rename(f.path(from), f.path(to)))
}

func (f *field) mkdir(name string) {
	f.t.Helper()
	f.check(os.MkdirAll(f.path(name), 0o777))
}

func (f *field) remove(name string) {
	f.t.Helper()
	f.check(os.RemoveAll(f.path(name)))
}

// path returns the path of a file below root or, if the name begins with OUTSIDE, below the
// other folder.
func (f *field) path(name string) string {
	if rest, ok := strings.CutPrefix(name, "OUTSIDE/"); ok {
		return filepath.Join(f.outside, rest)
	}
	return filepath.Join(f.root, name)
}

func (f *field) check(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

func TestChanges(t *testing.T) {
	for _, test := range []struct {
		name string
		do   func(f *field)
		want string // reports, separated by spaces
		then string // a file whose next save must be reported; "" for a/x.cue
	}{
		{"in place", func(f *field) { f.write("a/x.cue") }, "a/x.cue", ""},
		{"a new file", func(f *field) { f.write("a/y.cue") }, "a/y.cue", "a/y.cue"},
		{"in the root", func(f *field) { f.write("y.cue") }, "y.cue", "y.cue"},
		{"a file goes", func(f *field) { f.remove("a/x.cue") }, "a/x.cue", ""},
		{"many at once", func(f *field) {
			for i := range 200 {
				f.write(fmt.Sprintf("a/b/c/%d.cue", i%3))
			}
		}, "a/b/c/0.cue a/b/c/1.cue a/b/c/2.cue", ""},
		{"renamed over", func(f *field) {
			f.write("a/.x.cue.tmp")
			f.rename("a/.x.cue.tmp", "a/x.cue")
		}, "a/x.cue", ""},
		{"vim with a backup", func(f *field) {
			f.write("a/4913")
			f.remove("a/4913")
			f.rename("a/x.cue", "a/x.cue~")
			f.write("a/x.cue")
			f.remove("a/x.cue~")
		}, "a/x.cue", ""},
		{"vim opens", func(f *field) { f.write("a/.x.cue.swp") }, "", ""},
		{"emacs locks", func(f *field) {
			f.check(os.Symlink("somebody@example.com.42:1", f.path("a/.#x.cue")))
			f.write("a/#x.cue#")
		}, "", ""},
		{"emacs saves with a lock", func(f *field) {
			f.check(os.Symlink("somebody@example.com.42:1", f.path("a/.#x.cue")))
			f.rename("a/x.cue", "a/x.cue~")
			f.write("a/x.cue")
			f.remove("a/.#x.cue")
		}, "a/x.cue", ""},
		{"other files", func(f *field) { f.write("a/README.md") }, "", ""},
		{"an empty folder", func(f *field) { f.mkdir("n") }, "", "n/x.cue"},
		{"folders in a new folder", func(f *field) {
			f.mkdir("n/m/o")
			f.write("n/m/o/x.cue")
		}, "n/m/o/x.cue", "n/m/o/x.cue"},
		{"a folder moves in", func(f *field) { f.rename("OUTSIDE/d", "d") }, "d/e/x.cue", "d/e/x.cue"},
		{"a folder moves out", func(f *field) { f.rename("a", "OUTSIDE/a") }, "a/b/c/0.cue a/x.cue", "top.cue"},
		{"a folder is renamed", func(f *field) { f.rename("a", "z") }, "a/b/c/0.cue a/x.cue z/b/c/0.cue z/x.cue", "z/b/c/0.cue"},
		{"a folder goes", func(f *field) { f.remove("a") }, "a/b/c/0.cue a/x.cue", "top.cue"},
		{"a folder goes and comes back", func(f *field) {
			f.remove("a")
			f.mkdir("a")
			f.write("a/x.cue")
		}, "a/b/c/0.cue a/x.cue", ""},
		{"left out", func(f *field) {
			f.mkdir("out/new")
			f.write("out/x.cue")
			f.write("out/new/x.cue")
			f.remove("out/new")
		}, "", ""},
		{"a file elsewhere", func(f *field) { f.write("OUTSIDE/site.yaml") }, "OUTSIDE/site.yaml", "OUTSIDE/site.yaml"},
		{"a file elsewhere that is renamed over", func(f *field) {
			f.write("OUTSIDE/tmp")
			f.rename("OUTSIDE/tmp", "OUTSIDE/site.yaml")
		}, "OUTSIDE/site.yaml", "OUTSIDE/site.yaml"},
		{"a file in folders that come later", func(f *field) {
			f.mkdir("OUTSIDE/no/such")
			f.write("OUTSIDE/no/such/site.yaml")
		}, "OUTSIDE/no/such/site.yaml", "OUTSIDE/no/such/site.yaml"},
		{"its folder comes and goes", func(f *field) {
			f.mkdir("OUTSIDE/no/such")
			f.write("OUTSIDE/no/such/site.yaml")
			f.changed("", func() { f.remove("OUTSIDE/no") })
			f.mkdir("OUTSIDE/no/such")
		}, "", "OUTSIDE/no/such/site.yaml"},
		{"others beside it", func(f *field) { f.write("OUTSIDE/x.cue") }, "", ""},
		{"a file in what is left out", func(f *field) { f.write("out/site.yaml") }, "out/site.yaml", ""},
		{"what a link leads to", func(f *field) { f.write("out/linked") }, "a/link.cue", "out/linked=a/link.cue"},
		{"what a link out leads to", func(f *field) { f.write("OUTSIDE/d/e/linked") }, "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel() // mostly waits
			f := &field{t: t, root: t.TempDir(), outside: t.TempDir()}
			f.mkdir("a/b/c")
			f.mkdir("out")
			f.mkdir("OUTSIDE/d/e")
			f.write("OUTSIDE/d/e/x.cue")
			for _, name := range []string{"a/x.cue", "a/b/c/0.cue", "top.cue"} {
				f.write(name)
			}
			if strings.Contains(test.name, "link") {
				f.write("OUTSIDE/d/e/linked")
				f.write("out/linked")
				f.check(os.Symlink(f.path("OUTSIDE/d/e/linked"), f.path("a/away.cue")))
				f.check(os.Symlink("../out/linked", f.path("a/link.cue")))
			}
			f.start()
			if got := f.changed(test.want, func() { test.do(f) }); got != test.want {
				t.Errorf("reported %q, want %q", got, test.want)
			}
			next, reported, ok := strings.Cut(test.then, "=")
			if next == "" {
				next = "a/x.cue"
			}
			if !ok {
				reported = next
			}
			if got := f.changed(reported, func() { f.write(next) }); got != reported {
				t.Errorf("then reported %q, want %q", got, reported)
			}
		})
	}
}

func TestRootGoes(t *testing.T) {
	for name, do := range map[string]func(root string) error{
		"removed": os.RemoveAll,
		"renamed": func(root string) error { return os.Rename(root, root+"-old") },
	} {
		t.Run(name, func(t *testing.T) {
			f := &field{t: t, root: filepath.Join(t.TempDir(), "root"), outside: t.TempDir()}
			f.mkdir("a")
			f.mkdir("out")
			f.start()
			f.check(do(f.root))
			for range f.watcher.Changes() {
			}
			if !errors.Is(f.watcher.Err(), ErrGone) {
				t.Errorf("the watch ended with %v", f.watcher.Err())
			}
		})
	}
}

// TestRestart saves a file while a folder is removed, after which all watches start again: no
// save is lost, whenever it happens.
func TestRestart(t *testing.T) {
	f := &field{t: t, root: t.TempDir(), outside: t.TempDir()}
	f.mkdir("a")
	f.mkdir("out")
	f.write("a/x.cue")
	f.start()
	for i := range 30 {
		f.mkdir("gone/b")
		f.write("gone/b/y.cue")
		f.changed("gone/b/y.cue", func() {})
		f.remove("gone")
		time.Sleep(quiet - 3*time.Millisecond + time.Duration(i)*200*time.Microsecond)
		f.write("a/x.cue")
		late := time.After(longest)
		for seen := false; !seen; {
			select {
			case names := <-f.watcher.Changes():
				seen = slices.Contains(names, "a/x.cue")
			case <-late:
				t.Fatalf("save %d was lost", i)
			}
		}
	}
}

// TestPatience changes a file all the time: reports come nonetheless.
func TestPatience(t *testing.T) {
	f := &field{t: t, root: t.TempDir(), outside: t.TempDir()}
	f.mkdir("out")
	f.start()
	stop := make(chan bool)
	ended := make(chan bool)
	go func() {
		defer close(ended)
		for {
			select {
			case <-stop:
				return
			case <-time.After(quiet / 4):
				f.write("x.cue")
			}
		}
	}()
	for range 2 {
		select {
		case <-f.watcher.Changes():
		case <-time.After(longest):
			t.Error("nothing was reported while files changed")
		}
	}
	close(stop)
	<-ended
}

func TestExplain(t *testing.T) {
	for err, want := range map[error]string{
		syscall.ENOSPC: "fs.inotify.max_user_watches",
		syscall.EMFILE: "fs.inotify.max_user_instances",
	} {
		if got := explain(&os.PathError{Op: "add", Path: "x", Err: err}); !strings.Contains(got.Error(), want) || !errors.Is(got, err) {
			t.Errorf("%v: %v", err, got)
		}
	}
}

package output

import (
	"context"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/sample"
)

// Tests that kill a writer run this program with these variables, which name the folder and the
// edition to write.
const (
	writerDir     = "PORTSPEC_TEST_WRITE_TO"
	writerEdition = "PORTSPEC_TEST_WRITE_EDITION"
)

func TestMain(m *testing.M) {
	if os.Getenv(writerDir) != "" {
		writer()
		return
	}
	os.Exit(m.Run())
}

// writer writes an edition of an output, as a separate process.
func writer() {
	o := outputTo(os.Getenv(writerDir))
	if _, err := o.write(context.Background(), edition(os.Getenv(writerEdition))); err != nil || o.Refused {
		fmt.Fprintln(os.Stderr, "refused:", o.Refused, err)
		os.Exit(1)
	}
}

// edition returns the files of an edition: all differ between editions, and some exist only in
// one.
func edition(name string) []gen.File {
	var files []gen.File
	for i := range 200 {
		path := fmt.Sprintf("go/p%03d/ports.go", i)
		switch {
		case name == "flat": // all in one folder
			path = fmt.Sprintf("flat/ports%03d.go", i)
		case i%10 == 0:
			path = fmt.Sprintf("go/p%03d/only-%s.go", i, name)
		}
		files = append(files, gen.File{Path: path, Data: []byte(header + strings.Repeat(name+"\n", 5000))})
	}
	return files
}

func writeEdition(dir, name string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), writerDir+"="+dir, writerEdition+"="+name)
	return cmd
}

// TestKilled kills a writer at many moments. Each file must then belong to the old or the new
// edition, and the next run, of a third edition, must complete without reporting edits.
func TestKilled(t *testing.T) {
	old, new, next := contents(edition("old")), contents(edition("new")), contents(edition("next"))
	killed := 0
	for delay := range moments(func() bool { return killed > 0 }) {
		dir := t.TempDir()
		if out, err := writeEdition(dir, "old").CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		before := snapshot(t, dir)[ManifestName]

		cmd := writeEdition(dir, "new")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		// Writing starts when the manifest changes; kill a little later.
		await(func() bool {
			data, err := os.ReadFile(filepath.Join(dir, ManifestName))
			return err == nil && string(data) != before
		})
		time.Sleep(delay)
		_ = cmd.Process.Kill()
		if <-ended != nil {
			killed++
		}

		for name, data := range snapshot(t, dir) {
			if strings.HasPrefix(filepath.Base(name), temporary) || name == ManifestName {
				continue
			}
			if data != new[name] && data != old[name] {
				t.Errorf("after a killed run, %s is neither old nor new", name)
			}
		}
		if out, err := writeEdition(dir, "next").CombinedOutput(); err != nil {
			t.Fatalf("the run after a killed one: %v\n%s", err, out)
		}
		got := snapshot(t, dir)
		delete(got, ManifestName)
		equal(t, got, next)
	}
	if killed == 0 {
		t.Fatal("all runs ended before they were killed")
	}
	t.Logf("%d runs were killed while they wrote", killed)
}

// moments yields how long after the beginning of a write it is killed. On a busy machine, many
// writes end before, so it yields more until there are enough.
func moments(enough func() bool) iter.Seq[time.Duration] {
	return func(yield func(time.Duration) bool) {
		const span = 20 * time.Millisecond
		n := sample.Size(10, 40)
		for i := 0; i < n || i < 10*n && !enough(); i++ {
			if !yield(span * time.Duration(i%n) / time.Duration(n)) {
				return
			}
		}
	}
}

// await returns when a condition holds. It checks often, and yields the processor in between.
func await(so func() bool) {
	for !so() {
		time.Sleep(100 * time.Microsecond)
	}
}

// TestKilledNew kills a writer of a new folder with many files at many moments: the folder is
// complete or does not exist, and the next run leaves nothing else behind.
func TestKilledNew(t *testing.T) {
	want := contents(edition("flat"))
	killed, partial := 0, 0
	for delay := range moments(func() bool { return killed > 0 && partial > 0 }) {
		dir := t.TempDir()
		cmd := writeEdition(dir, "flat")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		await(func() bool {
			_, err := os.Stat(filepath.Join(dir, ManifestName))
			return err == nil
		})
		time.Sleep(delay / 2)
		_ = cmd.Process.Kill()
		if <-ended != nil {
			killed++
		}
		inside := 0
		for name, data := range snapshot(t, dir) {
			switch {
			case strings.HasPrefix(name, "flat/"):
				if inside++; data != want[name] {
					t.Errorf("after a killed run, %s is not complete", name)
				}
			case strings.HasPrefix(name, temporary):
				partial++
			}
		}
		if inside != 0 && inside != len(want) {
			t.Errorf("after a killed run, there are %d of %d files", inside, len(want))
		}
		if out, err := writeEdition(dir, "flat").CombinedOutput(); err != nil {
			t.Fatalf("the run after a killed one: %v\n%s", err, out)
		}
		got := snapshot(t, dir)
		delete(got, ManifestName)
		equal(t, got, want)
	}
	if killed == 0 || partial == 0 {
		t.Fatalf("%d runs were killed, which left %d files in temporary folders", killed, partial)
	}
	t.Logf("%d runs were killed while they wrote, and left %d files in temporary folders", killed, partial)
}

// TestTogether runs many writers of one folder at the same time.
func TestTogether(t *testing.T) {
	dir := t.TempDir()
	var all []*exec.Cmd
	for range 6 {
		cmd := writeEdition(dir, "same")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		all = append(all, cmd)
	}
	for _, cmd := range all {
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	}
	got := snapshot(t, dir)
	delete(got, ManifestName)
	equal(t, got, contents(edition("same")))
}

func contents(files []gen.File) map[string]string {
	all := make(map[string]string)
	for _, f := range files {
		all[f.Path] = string(gen.Seal(f.Path, f.Data))
	}
	return all
}

// snapshot returns the contents of all files below a folder.
func snapshot(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := make(map[string]string)
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, name))
		files[name] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func equal(t *testing.T, got, want map[string]string) {
	t.Helper()
	for name := range want {
		if got[name] != want[name] {
			t.Errorf("%s differs", name)
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("%s should not be there", name)
		}
	}
}

func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Package watch reports when files change. A [Watcher] follows those of a [Set]:
// a tree of folders, as folders come and go in it, and files elsewhere.
package watch

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/portspec/portspec/internal/limit"
)

// A Set is the files to watch.
type Set struct {
	// Root is the folder whose files and folders are watched; "" for none.
	Root string
	// LeavesOut reports whether a folder below Root, by its slash-separated path
	// there, is left out with all that is below it; nil for none.
	LeavesOut func(dir string) bool
	// Matters reports whether a change of a file below Root, by its path there,
	// is one to report; nil for all of them. Editors write many files that are
	// nobody's: swap files, locks, backups.
	Matters func(name string) bool
	// Files are single files to watch, wherever they are. Neither they nor their
	// folders need exist.
	Files []string
}

const (
	// quiet is how long nothing must have changed before changes are reported:
	// one save is several events, of a file and of its backup and locks.
	quiet = 10 * time.Millisecond
	// patience is how long changes are kept back at most while more come.
	patience = 500 * time.Millisecond
)

// ErrGone ends a watch whose root was removed or renamed.
var ErrGone = errors.New("the folder that is watched was removed or renamed")

// A Watcher reports changes until its context is done.
type Watcher struct {
	set     Set
	events  *fsnotify.Watcher
	single  map[string]bool   // Set.Files, absolute
	awaited map[string]bool   // folders above them that are not there
	links   map[string]string // links that matter, by what they lead to
	folders map[string]bool   // those that are watched
	// known is the files that matter and are there, as they were when they were last
	// looked at, by the names that reports have.
	known   map[string]fs.FileInfo
	changes chan []string
	err     error
}

// Start watches the files of a set. What changes after it has returned is
// reported.
func Start(ctx context.Context, set Set) (*Watcher, error) {
	w := &Watcher{set: set, changes: make(chan []string)}
	if err := w.restart(); err != nil {
		return nil, err
	}
	go func() {
		defer close(w.changes)
		defer func() { _ = w.events.Close() }()
		w.err = limit.Guard(func() error { return w.run(ctx) })
	}()
	return w, nil
}

// Changes hands out the names of files that changed, sorted: those below the
// root relative to it and slash-separated, others absolute. A name may be that of a
// file that is gone, and "" stands for changes that the system lost count of.
// The channel is closed when the watch ends.
func (w *Watcher) Changes() <-chan []string { return w.changes }

// Err is why the watch ended, once Changes is closed; nil where its context was done.
func (w *Watcher) Err() error { return w.err }

// restart watches everything anew.
func (w *Watcher) restart() error {
	if w.events != nil {
		if err := w.events.Close(); err != nil {
			return err
		}
	}
	events, err := fsnotify.NewWatcher()
	if err != nil {
		return explain(err)
	}
	w.events, w.single, w.links = events, make(map[string]bool), make(map[string]string)
	w.awaited = make(map[string]bool)
	w.folders, w.known = make(map[string]bool), make(map[string]fs.FileInfo)
	if err := w.addAll(); err != nil {
		return errors.Join(err, events.Close())
	}
	return nil
}

func (w *Watcher) addAll() error {
	if w.set.Root != "" {
		root, err := filepath.Abs(w.set.Root)
		if err != nil {
			return err
		}
		w.set.Root = root
		if err := w.add(root); errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%w: %s", ErrGone, root)
		} else if err != nil {
			return err
		}
		if _, err := w.addTree(root); err != nil {
			return err
		}
	}
	for _, name := range w.set.Files {
		name, err := filepath.Abs(name)
		if err != nil {
			return err
		}
		w.single[name] = true
		if err := w.addAbove(name); err != nil {
			return err
		}
		if err := w.addFile(name); err != nil {
			return err
		}
	}
	return nil
}

// addAbove watches the folder of a file or, until that is there, the nearest one
// above it that is.
func (w *Watcher) addAbove(name string) error {
	for dir := filepath.Dir(name); ; dir = filepath.Dir(dir) {
		err := w.add(dir)
		if !errors.Is(err, fs.ErrNotExist) || dir == filepath.Dir(dir) {
			return err
		}
		w.awaited[dir] = true
	}
}

// addTree watches the folders below dir and returns the files there that
// matter. A folder that cannot be read is left out: whoever reads the files
// says so.
func (w *Watcher) addTree(dir string) (found []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, nil
	}
	for _, e := range entries {
		name := filepath.Join(dir, e.Name())
		if !e.IsDir() {
			if w.matters(name) {
				found = append(found, w.name(name))
				if err := w.addFile(name); err != nil {
					return nil, err
				}
			}
			continue
		}
		if !w.follows(name) {
			continue
		}
		// The watch comes first, so that no file can come in between.
		err := w.add(name)
		switch {
		case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission):
			continue
		case err != nil:
			return nil, err
		}
		below, err := w.addTree(name)
		if err != nil {
			return nil, err
		}
		found = append(found, below...)
	}
	return found, nil
}

// addFile notes a file that matters, and watches what it is a link to, if it is
// one.
func (w *Watcher) addFile(name string) error {
	info, err := os.Lstat(name)
	if err != nil {
		delete(w.known, w.name(name))
		return nil
	}
	w.known[w.name(name)] = info
	if info.Mode()&fs.ModeSymlink == 0 {
		return nil
	}
	target, err := filepath.EvalSymlinks(name)
	if err != nil || !w.single[name] && !w.inside(target) {
		return nil // it leads nowhere or out, which is for its reader to say
	}
	w.links[target] = name
	if err := w.add(filepath.Dir(target)); err != nil {
		return err
	}
	if info, err := os.Stat(target); err == nil {
		w.known[w.name(name)] = info
	}
	return nil
}

func (w *Watcher) add(dir string) error {
	if err := w.events.Add(dir); err != nil {
		return explain(err)
	}
	w.folders[dir] = true
	return nil
}

// follows reports whether a folder is watched that is below the root.
func (w *Watcher) follows(dir string) bool {
	rel, ok := w.below(dir)
	return ok && (w.set.LeavesOut == nil || !w.set.LeavesOut(rel))
}

// matters reports whether a change of a file is one to report.
func (w *Watcher) matters(name string) bool {
	if w.single[name] || w.links[name] != "" {
		return true
	}
	rel, ok := w.below(name)
	if !ok || w.set.Matters != nil && !w.set.Matters(rel) {
		return false
	}
	// The folder of a file elsewhere may be below the root and left out.
	for dir := filepath.Dir(name); dir != w.set.Root; dir = filepath.Dir(dir) {
		if !w.follows(dir) {
			return false
		}
	}
	return true
}

// inside reports whether what a link leads to is below the root, and not hidden.
func (w *Watcher) inside(target string) bool {
	root, err := filepath.EvalSymlinks(w.set.Root)
	if err != nil {
		return false
	}
	rel, err := filepath.Rel(root, target)
	return err == nil && filepath.IsLocal(rel) && !strings.HasPrefix(rel, ".") && !strings.Contains(rel, string(filepath.Separator)+".")
}

// below is the path of a file or folder from the root.
func (w *Watcher) below(name string) (string, bool) {
	if w.set.Root == "" {
		return "", false
	}
	rel, err := filepath.Rel(w.set.Root, name)
	if err != nil || !filepath.IsLocal(rel) || rel == "." {
		return "", false
	}
	return filepath.ToSlash(rel), true
}

// name is what a file is called in reports.
func (w *Watcher) name(name string) string {
	if link := w.links[name]; link != "" {
		name = link
	}
	if rel, ok := w.below(name); ok {
		return rel
	}
	return name
}

// run gathers events until nothing has changed for a while, and reports them.
func (w *Watcher) run(ctx context.Context) error {
	var pending []string
	var since time.Time          // of the first that is pending
	var settled <-chan time.Time // nil while nothing is pending
	var report chan<- []string   // nil while there is nothing to report
	stale := false               // folders moved, or events were lost
	wait := func() {
		if settled == nil && report == nil {
			since = time.Now()
		}
		report = nil
		settled = time.After(min(quiet, max(0, patience-time.Since(since))))
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case e := <-w.events.Events:
			changed, moved, err := w.event(e)
			if err != nil {
				return err
			}
			stale = stale || moved
			pending = append(pending, changed...)
			if len(changed) > 0 || moved {
				wait()
			}
		case err := <-w.events.Errors:
			if !errors.Is(err, fsnotify.ErrEventOverflow) {
				return explain(err)
			}
			stale, pending = true, append(pending, "")
			wait()
		case <-settled:
			settled = nil
			if stale {
				stale = false
				before := w.known
				if err := w.restart(); err != nil {
					return err
				}
				pending = append(pending, difference(before, w.known)...)
			}
			if len(pending) > 0 {
				slices.Sort(pending)
				pending = slices.Compact(pending)
				report = w.changes
			}
		case report <- pending:
			pending, report = nil, nil
		}
	}
}

// difference lists the files that are there only before or only after, or that
// were written between.
func difference(before, after map[string]fs.FileInfo) []string {
	var names []string
	for name, was := range before {
		is := after[name]
		if is == nil || !os.SameFile(was, is) || was.Size() != is.Size() || !was.ModTime().Equal(is.ModTime()) {
			names = append(names, name)
		}
	}
	for name := range after {
		if before[name] == nil {
			names = append(names, name)
		}
	}
	return names
}

// event is what files an event changed, and whether a folder moved. A watch
// goes with its folder, and with the folders below it, under their old names;
// nothing but a new start sets that right on every system.
func (w *Watcher) event(e fsnotify.Event) (changed []string, moved bool, err error) {
	name := filepath.Clean(e.Name)
	gone := e.Has(fsnotify.Remove) || e.Has(fsnotify.Rename)
	switch {
	case e.Name == "":
		return nil, false, nil
	case name == w.set.Root && gone:
		return nil, false, fmt.Errorf("%w: %s", ErrGone, name)
	case w.folders[name] && gone, w.awaited[name]:
		return nil, true, nil
	case w.matters(name):
		return []string{w.name(name)}, false, w.addFile(name)
	case !w.follows(name) || !e.Has(fsnotify.Create) && !e.Has(fsnotify.Chmod):
		return nil, false, nil
	}
	// A folder that is new, or that can be read now.
	if info, err := os.Lstat(name); err != nil || !info.IsDir() {
		return nil, false, nil
	}
	if err := w.add(name); err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrPermission) {
		return nil, false, err
	}
	changed, err = w.addTree(name)
	return changed, false, err
}

// explain says what to do about the system's limits.
func explain(err error) error {
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return fmt.Errorf("watching takes more folders than the system lets a user watch; raise the limit, on Linux with sysctl fs.inotify.max_user_watches=524288: %w", err)
	case errors.Is(err, syscall.EMFILE):
		return fmt.Errorf("watching takes more open files, or on Linux more watching programs, than the system allows; raise the limit with ulimit -n, or sysctl fs.inotify.max_user_instances=1024: %w", err)
	}
	return err
}

// Package watch reports changes of files. A [Watcher] follows a [Set] of files: a folder
// tree, including folders that are created later, and single files elsewhere.
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
	// LeavesOut reports whether to ignore a folder below Root and everything in it, given
	// its slash-separated path relative to Root; nil ignores none.
	LeavesOut func(dir string) bool
	// Matters reports whether to report changes of a file below Root, given its relative
	// path; nil reports all. Editors write many files that do not matter: swap files,
	// locks, backups.
	Matters func(name string) bool
	// Files are single files to watch, anywhere. Neither they nor their folders have to
	// exist.
	Files []string
}

const (
	// quiet is how long nothing must change before changes are reported: saving a file
	// causes several events, for the file, its backup and locks.
	quiet = 10 * time.Millisecond
	// patience is how long changes are held back at most while more follow.
	patience = 500 * time.Millisecond
)

// ErrGone ends a watch whose root was removed or renamed.
var ErrGone = errors.New("the watched folder was removed or renamed")

// A Watcher reports changes until its context is done.
type Watcher struct {
	set     Set
	events  *fsnotify.Watcher
	single  map[string]bool   // Set.Files, absolute
	awaited map[string]bool   // their parent folders that do not exist
	links   map[string]string // links that matter, by their targets
	folders map[string]bool   // watched folders
	// known has the last known state of the existing files that matter, by the names used
	// in reports.
	known   map[string]fs.FileInfo
	changes chan []string
	err     error
}

// Start begins to watch a set of files. Changes after it has returned are reported.
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

// Changes delivers the sorted names of files that changed: slash-separated and relative
// to the root for those below it, absolute for others. Names may be those of deleted
// files, and "" means that the system has lost events. The channel is closed when the
// watch ends.
func (w *Watcher) Changes() <-chan []string { return w.changes }

// Err returns the reason why the watch ended, once Changes is closed; nil if its context
// was done.
func (w *Watcher) Err() error { return w.err }

// restart discards all watches and starts again.
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

// addAbove watches the folder of a file or, until that exists, the nearest existing
// parent.
func (w *Watcher) addAbove(name string) error {
	for dir := filepath.Dir(name); ; dir = filepath.Dir(dir) {
		err := w.add(dir)
		if !errors.Is(err, fs.ErrNotExist) || dir == filepath.Dir(dir) {
			return err
		}
		w.awaited[dir] = true
	}
}

// addTree watches dir and the folders below it, and returns the files that matter. It
// skips unreadable folders, which are reported by whatever reads the files.
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
		// The watch is added before the folder is read, so that no new file is missed.
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

// addFile records a file that matters and, if it is a link, watches its target.
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
		return nil // dangling, or leads out of the root; its reader reports that
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

// follows reports whether a folder below the root is watched.
func (w *Watcher) follows(dir string) bool {
	rel, ok := w.below(dir)
	return ok && (w.set.LeavesOut == nil || !w.set.LeavesOut(rel))
}

// matters reports whether to report a change of a file.
func (w *Watcher) matters(name string) bool {
	if w.single[name] || w.links[name] != "" {
		return true
	}
	rel, ok := w.below(name)
	if !ok || w.set.Matters != nil && !w.set.Matters(rel) {
		return false
	}
	// Single files may be in an ignored folder below the root.
	for dir := filepath.Dir(name); dir != w.set.Root; dir = filepath.Dir(dir) {
		if !w.follows(dir) {
			return false
		}
	}
	return true
}

// inside reports whether the target of a link is below the root and not hidden.
func (w *Watcher) inside(target string) bool {
	root, err := filepath.EvalSymlinks(w.set.Root)
	if err != nil {
		return false
	}
	rel, err := filepath.Rel(root, target)
	return err == nil && filepath.IsLocal(rel) && !strings.HasPrefix(rel, ".") && !strings.Contains(rel, string(filepath.Separator)+".")
}

// below returns the path of a file or folder relative to the root.
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

// name returns the name of a file in reports.
func (w *Watcher) name(name string) string {
	if link := w.links[name]; link != "" {
		name = link
	}
	if rel, ok := w.below(name); ok {
		return rel
	}
	return name
}

// run collects events until nothing has changed for a while, and reports them.
func (w *Watcher) run(ctx context.Context) error {
	var pending []string
	var since time.Time          // time of the first pending change
	var settled <-chan time.Time // nil if nothing is pending
	var report chan<- []string   // nil if there is nothing to report
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

// difference lists the files that were created, deleted or written between two states.
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

// event returns the files that an event changed, and whether a folder moved. When a
// folder moves, its watch and those of its subfolders move with it but keep their old
// names; only a restart corrects that on every system.
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
	// The folder is new, or has become readable.
	if info, err := os.Lstat(name); err != nil || !info.IsDir() {
		return nil, false, nil
	}
	if err := w.add(name); err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrPermission) {
		return nil, false, err
	}
	changed, err = w.addTree(name)
	return changed, false, err
}

// explain adds to an error what to do about the system's limits.
func explain(err error) error {
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return fmt.Errorf("too many folders to watch; raise the system's limit, on Linux with sysctl fs.inotify.max_user_watches=524288: %w", err)
	case errors.Is(err, syscall.EMFILE):
		return fmt.Errorf("too many open files or, on Linux, watching programs; raise the limit with ulimit -n, or sysctl fs.inotify.max_user_instances=1024: %w", err)
	}
	return err
}

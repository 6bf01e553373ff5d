package workspace

import (
	"io/fs"
	"path"
	"slices"
	"strings"
)

// List calls file for each CUE file below the door's folder, in order and whatever kind of
// file it is, and failed for folders that cannot be listed. It skips folders that cannot
// contain specs, and links to folders: their files are listed at their real paths.
func (d *Door) List(file func(name string), failed func(name string, err error)) {
	l := &listing{file: file, failed: failed, left: maxEntries}
	in, err := d.in.open(".")
	if err != nil {
		failed(".", err)
		return
	}
	defer in.close()
	l.folder(in, ".", 0)
}

type listing struct {
	file   func(name string)
	failed func(name string, err error)
	left   int
}

func (l *listing) folder(in folder, dir string, depth int) {
	if depth > maxDepth {
		l.failed(dir, TooMuch("folders are nested too deeply"))
		return
	}
	entries, err := in.list(l.left)
	if err != nil {
		l.failed(dir, Pathless(err))
		return
	}
	l.left -= len(entries)
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		switch {
		case isHidden(e.Name()):
		case !e.IsDir():
			if path.Ext(name) == ".cue" {
				l.file(name)
			}
		case !LeavesOut(name):
			below, err := enter(in, e.Name())
			if err != nil {
				l.failed(name, Pathless(err))
				continue
			}
			l.folder(below, name, depth+1)
			below.close()
		}
	}
}

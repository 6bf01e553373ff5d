package output

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"maps"
	"path"
	"slices"
)

// manyNew is the least number of files for which a new folder is written aside.
const manyNew = 8

// prepareAside creates a temporary folder for each folder that does not exist yet and gets
// many files. They are written there under their own names, and the folder is renamed when
// it is complete: that takes half the time of renaming each file. Folders with others below
// them are left out, because these are written at the same time.
func (o *Output) prepareAside(written []*file) error {
	count := make(map[string]int)
	around := make(map[string]bool) // folders with others below them
	for _, f := range written {
		if count[f.dir]++; count[f.dir] > 1 {
			continue
		}
		for dir := f.dir; dir != "."; {
			dir = path.Dir(dir)
			around[dir] = true
		}
	}
	o.aside = make(map[string]string)
	w := walker{base: o.root.root}
	defer w.close()
	for _, dir := range slices.Sorted(maps.Keys(count)) {
		if count[dir] < manyNew || around[dir] {
			continue
		}
		err := o.root.by(&w, dir, true, func(d *folder, base string) error {
			if _, err := d.root.Lstat(base); !errors.Is(err, fs.ErrNotExist) {
				return nil // it exists, or the error is reported when it is entered
			}
			name := temporary + rand.Text()
			if err := d.root.Mkdir(name, 0o777); err != nil {
				return err
			}
			o.aside[dir] = path.Join(path.Dir(dir), name)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// moveAside gives the temporary folders their names or, if writing failed, removes them. It
// returns the first error.
func (o *Output) moveAside(err error) error {
	w := walker{base: o.root.root}
	defer w.close()
	for _, dir := range slices.Sorted(maps.Keys(o.aside)) {
		failed := o.root.by(&w, dir, false, func(d *folder, base string) error {
			tmp := path.Base(o.aside[dir])
			if err != nil {
				return removeFiles(d.root, tmp)
			}
			if err := d.root.Rename(tmp, base); err != nil {
				return errors.Join(err, removeFiles(d.root, tmp))
			}
			return nil
		})
		if err == nil {
			err = failed
		}
	}
	return err
}

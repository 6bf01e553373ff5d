// Package judge finds out whether CUE accepts a package, and what is wrong with it if not. A
// package is first judged by a part of the schema, see package partial. A fault is repaired in
// memory, so that CUE tells the next one.
package judge

import (
	"cuelang.org/go/cue/build"
	cueload "cuelang.org/go/cue/load"

	"github.com/portspec/portspec/internal/load/checks"
	"github.com/portspec/portspec/internal/load/eval"
	"github.com/portspec/portspec/internal/load/partial"
)

// A Judge judges packages in a session, by the schema of the workspace. It must not be used by
// several goroutines.
type Judge struct {
	*eval.Session
	Schemas    *partial.Schemas
	DataChecks func() *checks.Schema // the schema's checks, to be run on data
	Whole      bool                  // disables the fast path: packages are judged by the whole schema
}

// ReadingOf returns a reading of the packages in some folders, for which the schema will be
// specialized. If unchecked, it leaves out the checks that are run on data.
func (j *Judge) ReadingOf(dirs []string, unchecked bool) eval.Reading {
	r := j.Reading()
	r.Bare, r.OnData, r.Cache, r.Own = !j.Whole, unchecked, j.schemasFor(unchecked).Files, eval.Folders(dirs)
	return r
}

// schemasFor returns the cached schemas, with or without checks.
func (j *Judge) schemasFor(unchecked bool) *partial.Schemas {
	if unchecked {
		return j.Schemas.Unchecked
	}
	return j.Schemas
}

// Specialize returns what packages that were read by r are to be judged by, and the optional
// fields that none of their values has.
func (j *Judge) Specialize(r eval.Reading, instances []*build.Instance) (by eval.Means, unwritten map[string]bool) {
	if j.Whole {
		return eval.ByWhole, nil
	}
	return j.schemasFor(r.OnData).Specialize(r, instances)
}

// Instances has CUE read the packages in some folders.
func Instances(r eval.Reading, dirs []string) []*build.Instance {
	if len(dirs) == 0 { // CUE would read the current folder
		return nil
	}
	return cueload.Instances(eval.Arguments(dirs), r.Config())
}

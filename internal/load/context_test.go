package load

import (
	"strings"
	"testing"
	"testing/fstest"

	"cuelang.org/go/cue/cuecontext"
	cueload "cuelang.org/go/cue/load"

	"github.com/portspec/portspec/internal/workspace"
)

// TestNothingEmbedded evaluates a file whose attributes were missed. CUE alone would
// embed what it names.
func TestNothingEmbedded(t *testing.T) {
	files := fstest.MapFS{
		workspace.ModuleFile: {Data: []byte("module: \"example.com/x@v0\"\nlanguage: version: \"v0.17.0\"\n")},
		"x.cue":              {Data: []byte("@extern(embed)\npackage x\na: string @embed(file=a.txt,type=text)\n")},
		"a.txt":              {Data: []byte("SENTINEL")},
	}
	build := func() *cueload.Config {
		return &cueload.Config{Dir: "/", FS: files, Registry: workspace.Offline{}}
	}
	embedded := cuecontext.New().BuildInstance(cueload.Instances([]string{"."}, build())[0])
	if data, err := embedded.MarshalJSON(); err != nil || !strings.Contains(string(data), "SENTINEL") {
		t.Errorf("CUE does not embed any more: %s, %v", data, err)
	}
	refused := newContext().BuildInstance(cueload.Instances([]string{"."}, build())[0])
	data, err := refused.MarshalJSON()
	if strings.Contains(string(data), "SENTINEL") || err == nil || !strings.Contains(err.Error(), "nothing is embedded") {
		t.Errorf("%s, %v", data, err)
	}
	// The loader takes the attributes out before.
	inst := cueload.Instances([]string{"."}, reading{files: files, schema: "schema/"}.config())[0]
	value := newContext().BuildInstance(inst)
	if err := value.Err(); err != nil {
		t.Error(err)
	}
	// And CUE's files are the snapshot, in which there is no such file.
	snap, _, err := workspace.OpenFS(files, workspace.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := snap.Open("a.txt"); err == nil {
		t.Error("the snapshot has a.txt")
	}
}

// TestReplacedElsewhere has a module file that replaces a module by a folder out of
// the workspace, which CUE would read on disk.
func TestReplacedElsewhere(t *testing.T) {
	for _, dir := range []string{"../../../../../../../../../../etc", "/etc", "../outside"} {
		files := fstest.MapFS{
			workspace.ModuleFile: {Data: []byte("module: \"example.com/x@v0\"\nlanguage: version: \"v0.17.0\"\ndeps: \"y.com/y@v0\": v: \"v0.1.0\"\n")},
			workspace.LocalFile:  {Data: []byte("deps: \"y.com/y@v0\": replaceWith: \"" + dir + "\"\n")},
			"x.cue":              {Data: []byte("package x\nimport \"y.com/y\"\na: y\n")},
		}
		r, err := Tree(t.Context(), files)
		if err == nil && !r.Findings.HasErrors() {
			t.Errorf("%s is read: %+v", dir, r)
		}
	}
}

package eval

import (
	"strings"
	"testing"
	"testing/fstest"

	"cuelang.org/go/cue/cuecontext"
	cueload "cuelang.org/go/cue/load"

	"github.com/portspec/portspec/internal/workspace"
)

// TestNothingEmbedded evaluates a file whose attributes were missed. By default, CUE would embed
// the file that they name.
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
		t.Errorf("CUE no longer embeds by default: %s, %v", data, err)
	}
	refused := NewContext().BuildInstance(cueload.Instances([]string{"."}, build())[0])
	data, err := refused.MarshalJSON()
	if strings.Contains(string(data), "SENTINEL") || err == nil || !strings.Contains(err.Error(), "embedding is disabled") {
		t.Errorf("%s, %v", data, err)
	}
	// The loader removes the attributes earlier.
	inst := cueload.Instances([]string{"."}, Reading{Files: files, Schema: "schema/"}.Config())[0]
	value := NewContext().BuildInstance(inst)
	if err := value.Err(); err != nil {
		t.Error(err)
	}
	// CUE reads only the snapshot, which has no such file.
	snap, _, err := workspace.OpenFS(files, workspace.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := snap.Open("a.txt"); err == nil {
		t.Error("the snapshot contains a.txt")
	}
}

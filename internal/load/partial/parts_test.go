package partial

import (
	"maps"
	"slices"
	"testing"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/cuecontext"
	cueload "cuelang.org/go/cue/load"

	"github.com/portspec/portspec/internal/load/eval"
	"github.com/portspec/portspec/internal/workspace"
)

// TestParts makes the parts of the schema for packages that write all optional fields but one,
// and for packages that write only one. Each must build: CUE would reject a reference to a
// removed field, and packages would be judged again by the whole schema.
func TestParts(t *testing.T) {
	files := workspace.Bundle()
	r := eval.Reading{Files: files, Schema: eval.SchemaDir(files)}
	schemaOnly := func() []*ast.File {
		return cueload.Instances([]string{"./schema"}, r.Config())[0].Files
	}
	s := newSpecialization()
	s.survey = newSurvey(schemaOnly())
	fields := slices.Sorted(maps.Keys(s.optional))
	if len(fields) < 40 {
		t.Fatalf("the schema has only %d optional fields", len(fields))
	}
	parts := map[string]map[string]bool{"none": {}}
	for _, name := range fields {
		but := make(map[string]bool)
		for _, other := range fields {
			but[other] = other != name
		}
		parts["all but "+name] = but
		parts[name] = map[string]bool{name: true}
	}
	for name, written := range parts {
		inst := cueload.Instances([]string{"./schema"}, r.Config())[0]
		s := s
		s.written = written
		inst.Files = NewSchemas().part(s, func() []*ast.File { return r.Whole(inst.Files) })
		if err := cuecontext.New().BuildInstance(inst).Err(); err != nil {
			t.Errorf("with %s: %v", name, err)
		}
	}
}

// TestKeyOfParts checks that a field whose name may be composed is not trusted, even if its
// worker has cached a part in which it is.
func TestKeyOfParts(t *testing.T) {
	s := specialization{
		survey: &survey{optional: map[string]bool{"service": true}}, written: map[string]bool{"service": true},
		known: knowledge{"service": {"#Service": true}},
	}
	trusted := s.key()
	s.composed = []affixes{{before: "serv"}}
	if s.key() == trusted || s.knownOf("service") != nil {
		t.Errorf("both are %q", trusted)
	}
}

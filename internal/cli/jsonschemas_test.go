package cli

import (
	"bytes"
	"os/exec"
	"testing"

	"github.com/portspec/portspec/gen/review"
	"github.com/portspec/portspec/internal/diff"
	"github.com/portspec/portspec/internal/model"
)

// TestJSONSchemasAreCurrent generates the schemas from the types and compares.
func TestJSONSchemasAreCurrent(t *testing.T) {
	for _, test := range []struct {
		name, from string
		have       []byte
	}{
		{"export", "internal/model", model.JSONSchema},
		{"diff", "internal/diff", diff.JSONSchema},
		{"review", "gen/review", review.JSONSchema},
	} {
		t.Run(test.name, func(t *testing.T) {
			cmd := exec.Command("go", "-C", "../tools", "run", "./modelschema", "../..", test.name)
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			want, err := cmd.Output()
			if err != nil {
				t.Fatalf("%v\n%s", err, stderr.Bytes())
			}
			if !bytes.Equal(test.have, want) {
				t.Errorf("%s.schema.json is out of date; run go generate ./%s", test.name, test.from)
			}
		})
	}
}

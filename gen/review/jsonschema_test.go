package review

import (
	"bytes"
	"os/exec"
	"testing"
)

// TestJSONSchemaIsCurrent makes the schema anew from the types.
func TestJSONSchemaIsCurrent(t *testing.T) {
	cmd := exec.Command("go", "-C", "../../internal/tools", "run", "./modelschema", "../..", "review")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	want, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr.Bytes())
	}
	if !bytes.Equal(JSONSchema, want) {
		t.Error("review.schema.json is not what the types say; run go generate ./gen/review")
	}
}

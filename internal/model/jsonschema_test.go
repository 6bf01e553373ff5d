package model

import (
	"bytes"
	"os/exec"
	"testing"
)

// TestJSONSchemaIsCurrent makes the schema anew from the types.
func TestJSONSchemaIsCurrent(t *testing.T) {
	cmd := exec.Command("go", "-C", "../tools", "run", "./modelschema", "../..", "export")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	want, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr.Bytes())
	}
	if !bytes.Equal(JSONSchema, want) {
		t.Error("export.schema.json is not what the types say; run go generate ./internal/model")
	}
}

//go:build unix

package output

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/portspec/portspec/gen"
)

// TestPipe has a named pipe in place of a folder or a file: it is not waited for.
func TestPipe(t *testing.T) {
	files := []gen.File{{Path: "go/tool/ports.go", Data: []byte("package tool\n")}}
	dir := t.TempDir()
	noError(t, os.Mkdir(filepath.Join(dir, "go"), 0o777))
	pipe := filepath.Join(dir, "go/tool")
	noError(t, syscall.Mkfifo(pipe, 0o666))
	if _, err := outputTo(dir).write(t.Context(), files); err == nil || !strings.Contains(err.Error(), "go/tool is not a folder") {
		t.Errorf("pipe in place of a folder: %v", err)
	}
	noError(t, os.Remove(pipe))
	noError(t, os.Mkdir(pipe, 0o777))
	noError(t, syscall.Mkfifo(filepath.Join(pipe, "ports.go"), 0o666))
	o := outputTo(dir)
	if _, err := o.write(t.Context(), files); err != nil || !o.Refused {
		t.Errorf("pipe in place of a file: refused %v, %v", o.Refused, err)
	}
}

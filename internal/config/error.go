package config

import (
	"io/fs"
	"strings"
	"testing/fstest"

	"github.com/portspec/portspec/internal/diag"
)

// An Error is a configuration with findings, which say everything.
type Error struct {
	Name  string // as messages call it
	Found diag.List

	data []byte
}

// Error implements error: the findings as text.
func (e *Error) Error() string {
	var b strings.Builder
	p := diag.Printer{Files: e, Name: func(string) string { return e.Name }}
	p.Print(&b, e.Found)
	return "the configuration has errors:\n" + strings.TrimRight(b.String(), "\n")
}

// Open implements [fs.FS]: under any name there is the configuration, as it was
// read.
func (e *Error) Open(string) (fs.File, error) {
	return fstest.MapFS{"config": {Data: e.data, Mode: 0o444}}.Open("config")
}

package config

import (
	"io/fs"
	"strings"
	"testing/fstest"

	"github.com/portspec/portspec/internal/diag"
)

// An Error is the error for a configuration with findings.
type Error struct {
	Name  string // for messages
	Found diag.List

	data []byte
}

// Error returns the findings as text.
func (e *Error) Error() string {
	var b strings.Builder
	p := diag.Printer{Files: e, Name: func(string) string { return e.Name }}
	p.Print(&b, e.Found)
	return "the configuration has errors:\n" + strings.TrimRight(b.String(), "\n")
}

// Open implements [fs.FS]. It returns the contents of the configuration for any name.
func (e *Error) Open(string) (fs.File, error) {
	return fstest.MapFS{"config": {Data: e.data, Mode: 0o444}}.Open("config")
}

// Package format formats CUE files. [Source] does what cue fmt does, and puts
// the fields of structs that the schema defines in the order in which the
// schema writes them: a reader finds the same field at the same place in every
// spec. It also rewrites what the schema once took in another form.
package format

import (
	"bytes"
	"errors"
	"fmt"
	"sync"

	"cuelang.org/go/cue/ast"
	cueerrors "cuelang.org/go/cue/errors"
	cueformat "cuelang.org/go/cue/format"
	"cuelang.org/go/cue/parser"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/source"
	"github.com/portspec/portspec/schema"
)

// Source is a CUE file as it should be written. The name is what positions call
// it. A file that does not parse gives findings and no text; the error is for a
// file that cannot be formatted without changing what it says.
//
// What Source returns is what it makes of its own result, and neither does cue
// fmt find anything to change in it. Lines that end as on Windows keep their ends.
func Source(name string, src []byte) ([]byte, diag.List, error) {
	text := source.LF(src)
	out, found, err := formatted(name, text)
	switch {
	case err != nil || len(found) > 0:
		return nil, found, err
	case bytes.Equal(out, text):
		return src, nil, nil
	case len(text) < len(src):
		out = bytes.ReplaceAll(out, []byte("\n"), []byte("\r\n"))
	}
	return out, nil, nil
}

// formatted does so for a text whose lines end as on Unix.
func formatted(name string, src []byte) ([]byte, diag.List, error) {
	before, err := parse(name, src)
	if err != nil {
		return nil, findings(name, err), nil
	}
	if now := convert(schemaShapes(), before, src); !bytes.Equal(now, src) {
		src = now
		if before, err = parse(name, src); err != nil {
			return nil, nil, fmt.Errorf("%w: %w", errChanged, err)
		}
	}
	out, err := settle(name, src, schemaShapes())
	if err != nil {
		return nil, nil, err
	}
	after, err := parse(name, out)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", errChanged, err)
	}
	if lost := difference(before, after); lost != "" {
		return nil, nil, fmt.Errorf("%w: %s", errChanged, lost)
	}
	return out, nil, nil
}

// CUE's formatter has faults: what it makes of some odd files does not parse any
// more. A file that would not come out whole is left to its author.
var (
	errChanged   = errors.New("CUE's formatter would change what the file says, so it is left as it is")
	errUnsettled = errors.New("CUE's formatter does not reach a stable result for the file, so it is left as it is")
)

// maxRounds bounds the search for a text that formatting leaves alone. The
// first round does the work and the second finds nothing to do; more are needed
// only where CUE's formatter has to see its own result.
const maxRounds = 8

// settle formats and arranges until neither changes anything.
func settle(name string, src []byte, s *shapes) ([]byte, error) {
	for range maxRounds {
		f, err := parse(name, src)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errChanged, err)
		}
		formatted, err := cueformat.Node(f)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errChanged, err)
		}
		if f, err = parse(name, formatted); err != nil {
			return nil, fmt.Errorf("%w: its result does not parse: %w", errChanged, err)
		}
		arranged := arrange(formatted, unordered(s, f))
		if bytes.Equal(arranged, src) && bytes.Equal(formatted, src) {
			return src, nil
		}
		src = arranged
	}
	return nil, errUnsettled
}

func parse(name string, src []byte) (*ast.File, error) {
	return parser.ParseFile(name, src, parser.ParseComments, parser.AllErrors)
}

// findings is what is wrong with the syntax of a file, under the code that vet
// has for it.
func findings(name string, err error) diag.List {
	var all diag.List
	for _, e := range cueerrors.Errors(err) {
		format, args := e.Msg()
		at := e.Position().Position()
		all = append(all, diag.Finding{
			Code: diag.Syntax, Severity: diag.Error,
			Position: diag.Position{File: name, Line: at.Line, Column: at.Column},
			Message:  fmt.Sprintf(format, args...),
			Hint:     "fix the CUE syntax here",
		})
	}
	return all.Sort()
}

// schemaShapes is the order of fields in the schema that the binary carries.
var schemaShapes = sync.OnceValue(func() *shapes {
	s, err := readShapes(schema.Files)
	if err != nil {
		panic(err) // the embedded files are in memory, and vet passes on them
	}
	return s
})

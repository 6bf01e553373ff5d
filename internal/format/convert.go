package format

import (
	"bytes"
	"strconv"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/cue/token"

	"github.com/portspec/portspec/internal/model"
)

// An edit is a part of a text that is written in another way now.
type edit struct {
	part span
	text string
}

// convert rewrites what the schema took once and has in another form now. What it
// means stays the same.
func convert(s *shapes, f *ast.File, src []byte) []byte {
	w := &walker{shapes: s, schema: schemaName(f)}
	w.decls(s.file(), f.Decls)
	if len(w.edits) == 0 {
		return src
	}
	var b bytes.Buffer
	at := 0
	for _, e := range w.edits { // in the order of the text
		b.Write(src[at:e.part.from])
		b.WriteString(e.text)
		at = e.part.to
	}
	b.Write(src[at:])
	return b.Bytes()
}

// renamed are the fields of definitions that have another name now, by the old one:
// the label, or the labels one in the other, that say the same.
var renamed = map[string]map[string]string{
	"#Flow":     {"os": "talker_os", "os_versions": "talker_os_versions"},
	"#Listener": {"undocumented": "unknown: port"},
}

// old notes what of a field is in an old form.
func (w *walker) old(s *shape, name string, f *ast.Field) {
	if s == nil {
		return
	}
	if label := renamed[s.of][name]; label != "" {
		w.replace(f.Label, label)
	}
	if name == "transports" && (s.of == "#Listener" || s.of == "#Flow") {
		w.numbered(f.Value)
	}
}

// numbered notes transports that are numbers of IP protocols which go by a name.
func (w *walker) numbered(e ast.Expr) {
	list, ok := e.(*ast.ListLit)
	if !ok {
		return
	}
	for _, x := range list.Elts {
		lit, ok := x.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			continue
		}
		written, err := literal.Unquote(lit.Value)
		if err != nil || !strings.HasPrefix(written, "ip/") {
			continue
		}
		if n := model.ProtocolNumber(written); n >= 0 && model.TransportOf(n) != written {
			w.replace(lit, strconv.Quote(model.TransportOf(n)))
		}
	}
}

func (w *walker) replace(n ast.Node, text string) {
	w.edits = append(w.edits, edit{span{n.Pos().Offset(), n.End().Offset()}, text})
}

package gen

import (
	"encoding/csv"
	"strings"
	"testing"
	"unicode"

	"github.com/portspec/portspec/internal/screen"
)

func TestCSV(t *testing.T) {
	for in, want := range map[string]string{
		"":                       "",
		"plain - text = a+b@c":   "plain - text = a+b@c",
		"=cmd|' /C calc'!A0":     "'=cmd|' /C calc'!A0",
		"+1":                     "'+1",
		"-1":                     "'-1",
		"@SUM(1)":                "'@SUM(1)",
		"\t=1":                   "'=1",
		"\r=1":                   "'=1",
		" =1":                    "'=1",
		"\u00a0=1":               "'=1",
		"＝1":                     "'＝1",
		"＋1":                     "'＋1",
		"－1":                     "'－1",
		"＠x":                     "'＠x",
		"\u200b=1":               "[U+200B]=1",
		"\u200d=1":               "\u200d'=1",
		"\ufeff＝1":               "[U+FEFF]＝1",
		"first\n=1":              "first =1",
		"a;=1":                   "a;'=1",
		"a; \t@x":                "a; '@x",
		"a;\"=1":                 "a;\"'=1",
		"\x1b[31m\u0085=1":       "[U+001B][31m =1",
		"right \u202e left \xff": "right [U+202E] left \ufffd",
	} {
		var b strings.Builder
		table := NewCSV(&b, "x", in)
		if err := table.Close(); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(strings.NewReader(b.String())).ReadAll()
		if err != nil || len(rows) != 1 || len(rows[0]) != 2 || rows[0][1] != want {
			t.Errorf("%q is %q, want %q; %v", in, rows, want, err)
		}
	}
}

func FuzzCSV(f *testing.F) {
	for _, s := range []string{"=1", "a;=1", "a;\"＝1\"", "\u200b-1", "\u200d@x", "a\n+1", "a,b\";\u2800=1", "\xff"} {
		f.Add(s, "b")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		var text strings.Builder
		table := NewCSV(&text, a, b, a)
		table.Add(b, a, b)
		if err := table.Close(); err != nil {
			t.Fatal(err)
		}
		if strings.Count(text.String(), "\n") != 2 {
			t.Fatalf("%q does not have two lines", text.String())
		}
		for _, r := range text.String() {
			if r != '\n' && !joins(r) && screen.Hidden(r) {
				t.Errorf("%U in %q", r, text.String())
			}
		}
		rows, err := csv.NewReader(strings.NewReader(text.String())).ReadAll()
		if err != nil || len(rows) != 2 || len(rows[0]) != 3 || len(rows[1]) != 3 {
			t.Fatalf("%q was read as %q: %v", text.String(), rows, err)
		}
		// For all characters at which spreadsheets split lines.
		split := func(r rune) bool { return r == ';' || r == '\n' }
		cells := append(append(rows[0], rows[1]...), strings.FieldsFunc(text.String(), split)...)
		for _, cell := range rows[0] {
			cells = append(cells, strings.FieldsFunc(cell, split)...)
		}
		for _, cell := range cells {
			cell = strings.TrimLeftFunc(cell, func(r rune) bool { return r == '"' || unicode.IsSpace(r) || screen.Hidden(r) })
			if cell != "" && strings.ContainsRune(signs, []rune(cell)[0]) {
				t.Errorf("%q begins a formula in %q", cell, text.String())
			}
		}
	})
}

package screen

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestVisible(t *testing.T) {
	for in, want := range map[string]string{
		"":                               "",
		"plain\ttext":                    "plain\ttext",
		"Größe 日本 👩":                     "Größe 日本 👩",
		"\x1b[31mred\x9b":                `\u001b[31mred\x9b`,
		"\u009b31m\u0085":                `\u009b31m\u0085`,
		"two\r\nlines\x00\x7f":           `two\u000d\u000alines\u0000\u007f`,
		"a\u202eb\u2066c\u200f":          `a\u202eb\u2066c\u200f`,
		"\u200b\u200d\ufeff\u00ad\u2060": `\u200b\u200d\ufeff\u00ad\u2060`,
		"\u2028\u2029\u00a0\u3000":       `\u2028\u2029\u00a0\u3000`,
		"\U000e0041\ue000\U0010ffff":     `\U000e0041\ue000\U0010ffff`,
		"\ufe0f\U000e0100\u034f\u180b":   `\ufe0f\U000e0100\u034f\u180b`,
		"\u3164\u115f\uffa0\u2800":       `\u3164\u115f\uffa0\u2800`,
		"bad \xff\xed\xa0\x80 \ufffd":    `bad \xff\xed\xa0\x80 ` + "\ufffd",
	} {
		if got := Visible(in); got != want {
			t.Errorf("Visible(%q) = %s, want %s", in, got, want)
		}
	}
}

func TestWriter(t *testing.T) {
	for in, want := range map[string]string{
		"a\n\tb: c::d\n":             "a\n\tb: c::d\n",
		"::add-mask::x":              `:\u003aadd-mask::x`,
		"a\n \t::stop-commands::x\n": "a\n \t:\\u003astop-commands::x\n",
		":: ::":                      `:\u003a ::`,
		":x\n: :":                    ":x\n: :",
		"\u00a0::x\r::y":             `\u00a0::x\u000d::y`,
		"::error file=x::y":          `:\u003aerror file=x::y`,
		"\u200b::x":                  `\u200b::x`,
		"#[x] ##x] # #[ ## [":        "#[x] ##x] # #[ ## [",
		"a ##[group]b":               `a ##\u005bgroup]b`,
		"###[x] ##vso[y] ##Team[z]":  `###\u005bx] ##vso\u005by] ##Team\u005bz]`,
		"##\u200b[x]":                `##\u200b\u005bx]`,
		"\x1b[31mred\x1b[0m":         `\u001b[31mred\u001b[0m`,
		"\x1b]8;;x\x1b\\y\a":         `\u001b]8;;x\u001b\y\u0007`,
		"\U000e0041":                 `\U000e0041`,
		"half \xe2\x80":              `half \xe2\x80`,
		"\xe2\x80\xaea":              `\u202ea`,
	} {
		for size := 1; size <= max(1, len(in)); size++ {
			if got := printed(t, in, size, func(w io.Writer) io.Writer { return w }); got != want {
				t.Errorf("%q in pieces of %d is %s, want %s", in, size, got, want)
			}
		}
		if got := Text(in); got != want {
			t.Errorf("Text(%q) = %s, want %s", in, got, want)
		}
	}
}

func printed(t *testing.T, text string, size int, through func(io.Writer) io.Writer) string {
	var out bytes.Buffer
	w := NewWriter(&out)
	for i := 0; i < len(text); i += size {
		if n, err := io.WriteString(through(w), text[i:min(len(text), i+size)]); err != nil || n == 0 {
			t.Fatal(n, err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestViews(t *testing.T) {
	red := Paint(Red, "x")
	for _, test := range []struct {
		name     string
		through  func(io.Writer) io.Writer
		in, want string
	}{
		{"colours", Styled, "a " + red + " b", "a \x1b[31mx\x1b[0m b"},
		{"no other colour", Styled, "\x1b[32mx\x1b[2J\x1b[31;1m", `\u001b[32mx\u001b[2J\u001b[31;1m`},
		{"half a colour", Styled, "x\x1b[3", `x\u001b\u005b\u0033`},
		{"a colour before a command", Styled, Paint(Bold, "::x") + "::y", "\x1b[1m:\\u003ax\x1b[0m::y"},
		{"annotations", Commands, "::error title=x::y\n::warning line=1::y\n", "::error title=x::y\n::warning line=1::y\n"},
		{"no other command", Commands, "::notice x::y\n::add-mask::x\n ::errors ::x\n", "::notice x::y\n:\\u003aadd-mask::x\n :\\u003aerrors ::x\n"},
		{"no colour in annotations", Commands, "::error x::\x1b[31m##[y]", `::error x::\u001b[31m##\u005by]`},
		{"json", JSON, `{"a": "` + "\U000e0041\u202e\u009b\x7f##[x]" + `"}`, `{"a": "\udb40\udc41\u202e\u009b\u007f##\u005bx]"}`},
		{"what was printed", Printed, red + "\n::error x::y\n\x1b[2J", "\x1b[31mx\x1b[0m\n::error x::y\n\\u001b[2J"},
		{"a file's content", Raw, "\x1b::x", "\x1b::x"},
	} {
		if got := printed(t, test.in, len(test.in), test.through); got != test.want {
			t.Errorf("%s: %q is %q, want %q", test.name, test.in, got, test.want)
		}
	}
	if got := printed(t, red, 1, Styled); got != red {
		t.Errorf("a colour in pieces is %q", got)
	}
	var plain bytes.Buffer
	if _, err := io.WriteString(JSON(&plain), "\u202e"); err != nil || plain.String() != `\u202e` {
		t.Errorf("JSON on a plain writer writes %q, %v", plain.String(), err)
	}
}

func TestErase(t *testing.T) {
	var out bytes.Buffer
	w := NewWriter(&out)
	Erase(w, Line)
	Erase(w, "\x1b[31m") // not a control sequence of portspec
	Erase(&out, All)
	if got, want := out.String(), "\r\x1b[K\x1b[2J\x1b[H"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestWriterFails(t *testing.T) {
	full := errors.New("full")
	w := NewWriter(failing{full})
	if n, err := w.Write([]byte("x")); n != 0 || err != full {
		t.Errorf("Write: %d, %v", n, err)
	}
	if err := w.Close(); err != full {
		t.Errorf("Close: %v", err)
	}
}

// command matches what a runner takes for a command in a line.
var command = regexp.MustCompile(`##[A-Za-z]*\[`)

// check reports what must not be printed.
func check(t *testing.T, printed string) {
	t.Helper()
	if !utf8.ValidString(printed) {
		t.Errorf("%q is not UTF-8", printed)
	}
	for line := range strings.SplitSeq(printed, "\n") {
		if strings.HasPrefix(strings.TrimLeftFunc(line, unicode.IsSpace), "::") || command.MatchString(line) {
			t.Errorf("%q is a command", line)
		}
		for _, r := range line {
			if r != '\t' && Hidden(r) {
				t.Errorf("%U in %q", r, line)
			}
		}
	}
}

func FuzzScreen(f *testing.F) {
	for _, s := range []string{"\x1b[31m::x", "\n :", ":", "##", "[x", "\xe2\x80", "\xae", "\x1b", "[0m", "##vso", "\u200b::", "\r", "::error ", `"`} {
		f.Add(s, "::x"+s)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		var out bytes.Buffer
		w := NewWriter(&out)
		for _, s := range []string{a, b} {
			_, _ = io.WriteString(w, s) // a buffer never fails
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		check(t, out.String())
		if got := Text(a + b); got != out.String() {
			t.Errorf("in one piece it is %q, in two %q", got, out.String())
		}
		for _, r := range Visible(a) {
			if r != '\t' && Hidden(r) {
				t.Errorf("%U in Visible(%q)", r, a)
			}
		}
		if strings.ContainsAny(Cell(a), "\t\n") {
			t.Errorf("Cell(%q) = %q", a, Cell(a))
		}
		// JSON keeps the value, and only escapes it differently.
		data, err := json.Marshal([]string{a, b})
		if err != nil {
			t.Fatal(err)
		}
		var want, got []string
		out.Reset()
		if _, err := JSON(&out).Write(data); err != nil {
			t.Fatal(err)
		}
		check(t, out.String())
		if json.Unmarshal(data, &want) != nil || json.Unmarshal(out.Bytes(), &got) != nil || want[0] != got[0] || want[1] != got[1] {
			t.Errorf("%s was %s", out.String(), data)
		}
	})
}

package markdown

import (
	"strings"
	"unicode"
)

// fence returns code as a block that nothing in the code can end. Tabs become spaces and lines
// lose trailing white space, which readers do not keep.
//
//	```mermaid
//	flowchart LR
//	```
func fence(language, code string) string {
	code = strings.ToValidUTF8(code, "\uFFFD")
	if strings.ContainsAny(code, "\r\t\x00") {
		code = codeReplacer.Replace(code)
	}
	ticks := "```"
	for strings.Contains(code, ticks) {
		ticks += "`"
	}
	var b strings.Builder
	b.Grow(len(code) + len(language) + 2*len(ticks) + len("\n\n\n"))
	write := func(line string) {
		b.WriteString(line)
		b.WriteByte('\n')
	}
	write(ticks + language)
	for line := range strings.SplitSeq(strings.Trim(code, "\n"), "\n") {
		write(strings.TrimRightFunc(line, unicode.IsSpace))
	}
	write(ticks)
	return b.String()
}

// codeReplacer replaces what Markdown would change, or show differently.
var codeReplacer = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\t", "    ", "\x00", "\uFFFD")

package gen

import "github.com/portspec/portspec/internal/screen"

// Visible is text of a spec as a reader is to see it, on one line: white space
// collapsed, and what has no picture shown by its number, as in [U+202E]. What
// deceives a reviewer must not hide in what is generated, and firewalls put
// comments on terminals and into their own files. It encodes for no syntax;
// each target does that itself.
func Visible(s string) string { return screen.Spelled(s, "[U+%04X]", joins) }

// joins reports whether a character joins others, which Persian words and emoji
// need.
func joins(r rune) bool { return r == '\u200c' || r == '\u200d' }

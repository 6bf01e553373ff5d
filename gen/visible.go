package gen

import "github.com/portspec/portspec/internal/screen"

// Visible makes spec text safe to read, on one line: white space is collapsed, and hidden
// characters are shown by their numbers, as in [U+202E]. Otherwise text that deceives
// reviewers could hide in outputs, and firewalls copy comments to terminals and to their
// own files. It does not encode for any syntax; each target does that itself.
func Visible(s string) string { return screen.Spelled(s, "[U+%04X]", joins) }

// joins reports whether a character is a joiner, which Persian and emoji need.
func joins(r rune) bool { return r == '\u200c' || r == '\u200d' }

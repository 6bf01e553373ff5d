package gen

import "github.com/portspec/portspec/internal/screen"

// Visible returns text of a spec as readers should see it, on one line: white space is
// collapsed, and invisible characters are replaced by their numbers, as in [U+202E]. Generated
// files must not hide anything from reviewers, and firewalls write comments to terminals and to
// their own files. Visible does not encode for any syntax; each target does that.
func Visible(s string) string { return screen.Spelled(s, "[U+%04X]", joins) }

// joins reports whether a character joins others, which is necessary in Persian and for emoji.
func joins(r rune) bool { return r == '\u200c' || r == '\u200d' }

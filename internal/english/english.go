// Package english counts and lists things in sentences.
package english

import "fmt"

// Count is a number of things: "1 file", "2 files". The plural of the noun ends in s.
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Or lists words as "a, b or c".
func Or(words []string) string {
	list := ""
	for i, word := range words {
		switch {
		case i == 0:
		case i == len(words)-1:
			list += " or "
		default:
			list += ", "
		}
		list += word
	}
	return list
}

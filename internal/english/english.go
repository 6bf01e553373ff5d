// Package english formats counts and lists for sentences.
package english

import "fmt"

// Count returns a number with its noun: "1 file", "2 files". The plural of the noun must
// end in s.
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Or joins words as "a, b or c".
func Or(words []string) string { return list(words, " or ") }

// And joins words as "a, b and c".
func And(words []string) string { return list(words, " and ") }

func list(words []string, last string) string {
	list := ""
	for i, word := range words {
		switch {
		case i == 0:
		case i == len(words)-1:
			list += last
		default:
			list += ", "
		}
		list += word
	}
	return list
}

package diag

import (
	"strings"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
)

// Nearest returns the candidate that is most similar to wanted, or "" if none is similar
// enough to suggest. A candidate that contains wanted as whole words, as sql-server does
// sql, counts as more similar than one that differs in some letters.
func Nearest(wanted string, candidates []string) string {
	best, distance := "", len(wanted)/3+2
	letters := newLetters(wanted)
	for _, c := range candidates {
		d := 1
		if !hasWords(c, wanted) {
			if letters.distance(c) >= distance {
				continue // as for most candidates; computing the distance takes much longer
			}
			d = levenshtein.ComputeDistance(wanted, c)
		}
		if d < distance {
			best, distance = c, d
		}
	}
	return best
}

// hasWords reports whether a text contains another one, and more, as whole words.
func hasWords(s, words string) bool {
	return len(words) > 1 && len(s) > len(words) && strings.Contains(s, words) && strings.Contains("-"+s+"-", "-"+words+"-")
}

// letters counts the characters of a text. Those with the same last byte count as one.
type letters struct {
	counts [256]int
	all    int
}

func newLetters(s string) *letters {
	l := &letters{all: utf8.RuneCountInString(s)}
	for _, r := range s {
		l.counts[byte(r)]++
	}
	return l
}

// distance returns a lower limit of the distance to another text: at least the characters that
// the longer one does not share have to be changed.
func (l *letters) distance(s string) int {
	shared := 0
	for _, r := range s {
		if l.counts[byte(r)] > 0 {
			shared++
		}
		l.counts[byte(r)]--
	}
	for _, r := range s {
		l.counts[byte(r)]++
	}
	return max(l.all, utf8.RuneCountInString(s)) - shared
}

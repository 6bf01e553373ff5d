// Package pattern is regular expressions that are compiled when they are first
// needed: all of a program's together take as long as a short command does.
package pattern

import (
	"regexp"
	"sync"
)

// A Pattern is a regular expression.
type Pattern func() *regexp.Regexp

// New is a pattern that is right, or its first use panics.
func New(expression string) Pattern {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}

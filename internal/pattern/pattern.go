// Package pattern compiles regular expressions on first use, because compiling all of them
// at startup would take as long as a short command.
package pattern

import (
	"regexp"
	"sync"
)

// A Pattern returns a regular expression.
type Pattern func() *regexp.Regexp

// New returns a pattern, whose first use panics if the expression is invalid.
func New(expression string) Pattern {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}

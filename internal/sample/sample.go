// Package sample divides tests that take long: make test runs a sample of their cases, and
// make thorough all of them.
package sample

import "os"

// Thorough reports whether to run all cases, as make thorough does.
func Thorough() bool { return os.Getenv("PORTSPEC_THOROUGH") != "" }

// Size returns the number of cases of a test: some, or with [Thorough] all.
func Size(some, all int) int {
	if Thorough() {
		return all
	}
	return some
}

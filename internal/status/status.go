// Package status is the exit statuses of commands.
package status

// How a command ends.
const (
	Fine     = 0
	Findings = 1 // findings or differences
	Failed   = 2 // could not run
)

// Package status defines the exit statuses of commands.
package status

// Exit statuses.
const (
	Fine     = 0
	Findings = 1 // findings or differences
	Failed   = 2 // could not run
)

// Package rows lists what commands print row by row: flows ([Flow]), the hosts of a
// resolved site ([HostsTable]) and the rows of sources ([Covered]). It prints tables
// for people, CSV, Markdown and JSON.
package rows

// NotNull returns a list that is never null in JSON.
func NotNull[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}

//go:build !never

package tags

var devicePort = 30001 // want `write igelums`

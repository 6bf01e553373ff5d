package tests

import "testing"

func TestIn(t *testing.T) {
	port := 30022 // want `write igelums`
	t.Log(port)
}

package tests_test

import "testing"

func TestOut(t *testing.T) {
	port := 30022 // want `write igelums`
	t.Log(port)
}

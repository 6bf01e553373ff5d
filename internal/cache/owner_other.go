//go:build !unix

package cache

import "io/fs"

// noFollow is nothing where files cannot be opened so. Folders of caches are in
// the user's profile there, which others may not write to.
const noFollow = 0

func isLink(error) bool                 { return false }
func private(string, fs.FileInfo) error { return nil }
func owned(string, fs.FileInfo) error   { return nil }

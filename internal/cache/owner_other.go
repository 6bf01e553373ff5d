//go:build !unix

package cache

import "io/fs"

// noFollow is 0 on systems without these flags, where cache folders are in the user's
// profile, which others cannot write to.
const noFollow = 0

func isLink(error) bool                 { return false }
func private(string, fs.FileInfo) error { return nil }
func owned(string, fs.FileInfo) error   { return nil }

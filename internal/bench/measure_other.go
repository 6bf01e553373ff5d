//go:build !linux

package main

import "os"

// inMemory is the folder of temporary files.
func inMemory() string { return os.TempDir() }

// peak is not measured: each system counts memory in its own way.
func peak(*os.ProcessState) float64 { return 0 }

package workspace

import (
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"
)

func BenchmarkOpenTmp(b *testing.B) {
	for b.Loop() {
		s, _, err := Open("/tmp/att/gen1000", "", Limits{})
		if err != nil {
			b.Fatal(err)
		}
		if len(s.Dirs) < 1000 {
			b.Fatal(len(s.Dirs))
		}
	}
}
func BenchmarkOldTmp(b *testing.B) {
	for b.Loop() {
		files := os.DirFS("/tmp/att/gen1000")
		n := 0
		fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
			if d.IsDir() && LeavesOut(name) {
				return fs.SkipDir
			}
			if strings.HasSuffix(path.Base(name), ".cue") {
				fs.Stat(files, name)
				data, _ := fs.ReadFile(files, name)
				n += len(data)
			}
			return nil
		})
	}
}

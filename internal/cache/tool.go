package cache

import (
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"sync"
)

// Dir is the folder of this user's entries: PORTSPEC_CACHE or, without it, a
// folder of the system's for caches; "" where there is none, or where
// PORTSPEC_CACHE is "off".
func Dir() string {
	switch dir := os.Getenv("PORTSPEC_CACHE"); {
	case dir == "off":
		return ""
	case filepath.IsAbs(dir):
		return dir
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "portspec")
}

// Tool tells this program from every other build of it: its version and the
// start of its file, which has the linker's build ID, with the file's size and
// time. It is nil where that cannot be read, and then nothing can be kept.
var Tool = sync.OnceValue(func() []byte {
	name, err := os.Executable()
	if err != nil {
		return nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil
	}
	start, err := io.ReadAll(io.LimitReader(f, 64<<10))
	if err != nil {
		return nil
	}
	build, _ := debug.ReadBuildInfo()
	version := ""
	if build != nil {
		version = build.String()
	}
	key := KeyOf(start, []byte(version), strconv.AppendInt(nil, info.Size(), 10), strconv.AppendInt(nil, info.ModTime().UnixNano(), 10))
	return key[:]
})

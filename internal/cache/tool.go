package cache

import (
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"sync"
)

// Dir returns the folder of the user's cache: PORTSPEC_CACHE or, if that is not set, a
// folder in the system's cache directory. It returns "" if there is none, or if
// PORTSPEC_CACHE is "off". [Open] refuses a relative path.
func Dir() string {
	switch dir := os.Getenv("PORTSPEC_CACHE"); {
	case dir == "off":
		return ""
	case dir != "":
		return dir
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "portspec")
}

// Tool identifies the build of this program: its version and the start of its file, which
// contains the linker's build ID, with the file's size and time. It returns nil if these
// cannot be read; then nothing can be cached.
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

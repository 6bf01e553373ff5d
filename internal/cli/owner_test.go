//go:build unix

package cli

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestOwner looks for a configuration in a folder above, where another user may have put it. It
// is used only if it belongs to the user or to root, or if everything belongs to the other user,
// whose folder the user chose. Without root, only files of the user can be tested.
func TestOwner(t *testing.T) {
	base := t.TempDir()
	portspec := program(t, base)
	own, nobody, other := os.Getuid(), os.Getuid(), os.Getuid()
	if own == 0 {
		nobody, other = 65534, 65533
	}
	for i, c := range []struct {
		folder, file, start int // their owners
		named               bool
		refused             bool
	}{
		{nobody, nobody, nobody, false, false},
		{own, own, nobody, false, false},
		{own, other, nobody, false, other != own},
		{other, nobody, nobody, false, other != own},
		{other, other, other, false, false},
		{other, other, nobody, true, false},
	} {
		for _, name := range []string{"portspec.yaml", "portspec.cue"} {
			top := filepath.Join(base, strconv.Itoa(i)+name)
			dir := filepath.Join(top, "repository/start")
			tmp := filepath.Join(dir, "../tmp") // for the temporary files of runAsOther
			file := filepath.Join(dir, "..", name)
			noError(t, os.MkdirAll(dir, 0o755))
			noError(t, os.Mkdir(tmp, 0o777))
			noError(t, os.Chmod(tmp, 0o777))
			text := "version: 1\ngenerate: [{target: markdown, out: made}]\n"
			if filepath.Ext(name) == ".cue" {
				text = "version: 1\ngenerate: [{target: \"markdown\", out: \"made\"}]\n"
			}
			noError(t, os.WriteFile(file, []byte(text), 0o644))
			noError(t, os.Lchown(filepath.Dir(dir), c.folder, -1))
			noError(t, os.Lchown(file, c.file, -1))
			noError(t, os.Lchown(dir, c.start, -1))
			args := []string{"generate", "--check"}
			if c.named {
				args = append(args, "--config", filepath.Join("..", name))
			}
			status, printed := runAsOther(t, portspec, dir, args)
			obeyed := status == statusFindings && strings.Contains(printed, "made/index.md")
			refused := status == statusFailed && strings.Count(printed, "\n") == 1 &&
				strings.Contains(printed, name+" belongs to another user ("+strconv.Itoa(other)+")") || status == statusFailed && strings.Contains(printed, "repository belongs to another user ("+strconv.Itoa(other)+")")
			if refused != c.refused || obeyed == c.refused {
				t.Errorf("%+v, %s: status %d\n%s", c, name, status, printed)
			}
		}
	}
}

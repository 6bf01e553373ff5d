package output

import (
	"errors"
	"fmt"
	"go/build"
	"io"
	"path"
	"path/filepath"
	"strings"
	"unicode"

	"github.com/portspec/portspec/internal/pattern"
)

// checkName says why a path below an output folder, or the out of a configuration,
// is not written to. It is the same on every system, as repositories are.
func checkName(name string) error {
	if name == "." {
		return nil
	}
	for part := range strings.SplitSeq(name, "/") {
		if err := checkPart(part); err != nil {
			if part == name {
				return fmt.Errorf("%q %w", name, err)
			}
			return fmt.Errorf("%q: %q %w", name, part, err)
		}
	}
	return nil
}

func checkPart(part string) error {
	switch {
	case keeps(part):
		return errors.New("is reserved by git or CUE; give outputs another folder")
	case part == "" || strings.HasSuffix(part, ".") || strings.HasSuffix(part, " "):
		return errors.New("is a name that Windows changes; give it another")
	case strings.ContainsFunc(part, func(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar }):
		return errors.New("has characters that are not shown; give it another name")
	case strings.ContainsAny(part, `<>:"|?*\`):
		return errors.New(`has one of <>:"|?*\, which file names on Windows cannot have; give it another name`)
	case strings.HasPrefix(part, "."):
		return errors.New("begins with a dot: what is there can be run by git, editors and CI; give outputs another folder")
	case short().MatchString(part):
		return errors.New("is how Windows shortens other names; give it another name")
	case isDevice(part):
		return errors.New("is the name of a device on Windows; give it another name")
	}
	return nil
}

// short matches short names of Windows: GIT~1 is .git.
var short = pattern.New(`~[0-9]`)

// keeps reports whether a folder is git's or CUE's, however a disk folds its name.
func keeps(part string) bool {
	part, _, _ = strings.Cut(strings.ToLower(part), ":") // a stream of NTFS
	part = strings.TrimRight(part, ". ")
	return part == ".git" || part == "cue.mod"
}

// devices of Windows are there in every folder, with every extension.
var devices = pattern.New(`(?i)^(con|prn|aux|nul|(com|lpt)[0-9¹²³]|conin\$|conout\$)$`)

func isDevice(part string) bool {
	base, _, _ := strings.Cut(part, ".")
	return devices().MatchString(strings.TrimRight(base, " "))
}

// checkFolder refuses a folder that git or CUE keeps for itself, by where it
// really is: the path of an output folder may be a link.
func checkFolder(dir string) error {
	real, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	for at := real; ; at = filepath.Dir(at) { // what is there of it
		if found, err := filepath.EvalSymlinks(at); err == nil {
			real = filepath.Join(found, strings.TrimPrefix(real, at))
			break
		}
		if filepath.Dir(at) == at {
			break
		}
	}
	for part := range strings.SplitSeq(filepath.ToSlash(real), "/") {
		if keeps(part) || strings.EqualFold(part, "git~1") {
			return fmt.Errorf("folder %s is in %s, which is reserved by git or CUE; give outputs another", dir, part)
		}
	}
	return nil
}

// CheckGoName says why a single file of Go would not be built everywhere.
func CheckGoName(name string) error {
	name = path.Base(filepath.ToSlash(name))
	nowhere := build.Default // a system that no name can mean
	nowhere.GOOS, nowhere.GOARCH = "none", "none"
	nowhere.OpenFile = func(string) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader("package p\n")), nil
	}
	match, err := nowhere.MatchFile("", name)
	if err != nil {
		return err
	}
	if !match || strings.HasSuffix(name, "_test.go") {
		return fmt.Errorf("go builds %s for tests or for one system only, or not at all, by its name; give it another, as in ports_gen.go", name)
	}
	return nil
}

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

// checkName returns an error if a path below an output folder, or the out of a configuration,
// must not be written to. The rules are the same on all systems, because repositories move
// between them.
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
	case isReserved(part):
		return errors.New("is reserved by git or CUE; choose another folder for outputs")
	case part == "" || strings.HasSuffix(part, ".") || strings.HasSuffix(part, " "):
		return errors.New("is a name that Windows changes; choose another name")
	case strings.ContainsFunc(part, func(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar }):
		return errors.New("contains hidden characters; choose another name")
	case strings.ContainsAny(part, `<>:"|?*\`):
		return errors.New(`contains one of <>:"|?*\, which are not allowed in file names on Windows; choose another name`)
	case strings.HasPrefix(part, "."):
		return errors.New("begins with a dot: git, editors and CI may run files there; choose another folder for outputs")
	case strings.Contains(part, "~") && short().MatchString(part): // few names have one
		return errors.New("looks like a short name of Windows; choose another name")
	case isDevice(part):
		return errors.New("is the name of a device on Windows; choose another name")
	}
	return nil
}

// short matches short names of Windows: GIT~1 is .git.
var short = pattern.New(`~[0-9]`)

// isReserved reports whether a folder belongs to git or CUE, considering that file systems may
// ignore case.
func isReserved(part string) bool {
	part, _, _ = strings.Cut(strings.ToLower(part), ":") // a stream of NTFS
	part = strings.TrimRight(part, ". ")
	return part == ".git" || part == "cue.mod"
}

// devices matches the names of Windows devices, which exist in every folder and with every
// extension.
var devices = pattern.New(`(?i)^(con|prn|aux|nul|(com|lpt)[0-9¹²³]|conin\$|conout\$)$`)

func isDevice(part string) bool {
	base, _, _ := strings.Cut(part, ".")
	base = strings.TrimRight(base, " ")
	return len(base) <= len("conout$") && devices().MatchString(base) // most names are longer
}

// checkFolder returns an error if a folder belongs to git or CUE. It resolves links, since the
// path of an output folder may contain some.
func checkFolder(dir string) error {
	real, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	for at := real; ; at = filepath.Dir(at) { // the part that exists
		if found, err := filepath.EvalSymlinks(at); err == nil {
			real = filepath.Join(found, strings.TrimPrefix(real, at))
			break
		}
		if filepath.Dir(at) == at {
			break
		}
	}
	for part := range strings.SplitSeq(filepath.ToSlash(real), "/") {
		if isReserved(part) || strings.EqualFold(part, "git~1") {
			return fmt.Errorf("folder %s is in %s, which is reserved by git or CUE; choose another folder for outputs", dir, part)
		}
	}
	return nil
}

// CheckGoName returns an error if the name of a Go file restricts where it is built.
func CheckGoName(name string) error {
	name = path.Base(filepath.ToSlash(name))
	noSystem := build.Default // a system that no file name can select
	noSystem.GOOS, noSystem.GOARCH = "none", "none"
	noSystem.OpenFile = func(string) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader("package p\n")), nil
	}
	match, err := noSystem.MatchFile("", name)
	if err != nil {
		return err
	}
	if !match || strings.HasSuffix(name, "_test.go") {
		return fmt.Errorf("because of its name, go builds %s only for tests or for one system, or not at all; choose another name, such as ports_gen.go", name)
	}
	return nil
}

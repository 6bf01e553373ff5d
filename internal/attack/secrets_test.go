//go:build unix

package attack_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// tokenName is an environment variable with a secret, like the token of a job.
const tokenName = "PORTSPEC_ATTACK_TOKEN"

// Secrets, by location.
const (
	envSecret  = "zqenv7f3a9c2e51b84d06"
	fileSecret = "zqout1d5e8b0c73f96a24"
	cueSecret  = "zqcue90b4d7e2a6c1f358"
	gitSecret  = "zqgit2c8f6e1a5d9b3074"
)

var secrets = []string{envSecret, fileSecret, cueSecret, gitSecret}

// rerun runs the test binary again with another variable.
func rerun(ctx context.Context, variable string) int {
	cmd := exec.CommandContext(ctx, os.Args[0], os.Args[1:]...)
	cmd.Env = append(os.Environ(), variable)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		return exit.ExitCode()
	case err != nil:
		return 2
	}
	return 0
}

// shapes returns the forms in which a secret may be printed so that masks do not know it.
func shapes(secret string) [][]byte {
	reversed := []byte(secret)
	slices.Reverse(reversed)
	all := [][]byte{
		[]byte(secret), []byte(strings.ToUpper(secret)), reversed,
		[]byte(hex.EncodeToString([]byte(secret))), []byte(strings.ToUpper(hex.EncodeToString([]byte(secret)))),
		[]byte(strings.Join(strings.Split(secret, ""), ",")), []byte(strings.Join(strings.Split(secret, ""), " ")),
	}
	for shift := range 3 { // offset of the secret in a group of three bytes
		coded := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", shift) + secret))
		all = append(all, []byte(coded[4:len(coded)-4]))
	}
	return all
}

// leaks returns the secrets in a text.
func (r *repository) leaks(text []byte) []string {
	var found []string
	for _, secret := range secrets {
		if slices.ContainsFunc(shapes(secret), func(s []byte) bool { return bytes.Contains(text, s) }) {
			found = append(found, secret)
		}
	}
	return found
}

// unsafe returns what in a text controls a terminal, deceives a reader, or is a command for a
// workflow's log; "" if there is nothing.
func unsafe(text []byte, c command) string {
	if !utf8.Valid(text) {
		return "not UTF-8"
	}
	for _, r := range string(text) {
		if r != '\n' && r != '\t' && (unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r)) && !(r == '\r' && slices.Contains(c.args, "csv")) {
			return "holds " + strings.Trim(strings.ToUpper(hex.EncodeToString([]byte(string(r)))), " ")
		}
	}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimLeftFunc(line, unicode.IsSpace)
		if strings.Contains(line, "##[") || strings.HasPrefix(line, "::") && !c.commands {
			return "a workflow's command"
		}
		if c.commands && strings.HasPrefix(line, "::") && !strings.HasPrefix(line, "::error ") &&
			!strings.HasPrefix(line, "::warning ") && !strings.HasPrefix(line, "::notice ") {
			return "a workflow's command that is not a finding"
		}
	}
	return ""
}

// TestLeaks finds secrets in the forms that a spec can compute.
func TestLeaks(t *testing.T) {
	r := &repository{}
	for _, text := range []string{
		envSecret, "a" + fileSecret + "b", hex.EncodeToString([]byte("a" + cueSecret)),
		base64.StdEncoding.EncodeToString([]byte("a " + gitSecret + " b")), base64.StdEncoding.EncodeToString([]byte("ab" + gitSecret)),
		"z,q,e,n,v,7,f,3,a,9,c,2,e,5,1,b,8,4,d,0,6",
	} {
		if len(r.leaks([]byte(text))) != 1 {
			t.Errorf("%s was not found", text)
		}
	}
	if found := r.leaks([]byte("nothing here")); found != nil {
		t.Error(found)
	}
	for _, text := range []string{"\x1b[31m", "a\n::set-env name=x::y\n", "##[group]x", "\u202e", "\xff", "a\r\n", "\u200b", "\u009b"} {
		if unsafe([]byte(text), command{}) == "" {
			t.Errorf("%q was accepted", text)
		}
	}
}

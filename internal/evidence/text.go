package evidence

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/portspec/portspec/internal/source"
)

// decode converts a file to UTF-8. PowerShell writes UTF-16, and UTF-8 with a byte-order
// mark.
func decode(data []byte) ([]byte, error) {
	data, cut := source.Plain(data)
	if cut {
		return nil, errors.New("it is UTF-16 that ends within a character: the evidence is truncated")
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, errors.New("the file is empty")
	}
	line := 1
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			return nil, fmt.Errorf("line %d is neither UTF-8 nor UTF-16", line)
		case r < ' ' && r != '\t' && r != '\n' && r != '\r', r == 0x7f:
			return nil, fmt.Errorf("line %d has the control character %U, so it is not the output of a program", line, r)
		case r == '\n':
			line++
		}
		i += size
	}
	return data, nil
}

// withoutWarnings drops lines that nft writes to standard error, in case that was
// redirected to the file as well.
func withoutWarnings(text []byte) []byte {
	for {
		text = bytes.TrimSpace(text)
		if len(text) == 0 || text[0] != '#' {
			return text
		}
		_, text, _ = bytes.Cut(text, []byte("\n"))
	}
}

// kindOf recognizes the kind of a text.
func kindOf(text []byte) (Kind, error) {
	plain := withoutWarnings(text)
	first, _, _ := bytes.Cut(plain, []byte("\n"))
	line := strings.TrimSpace(string(first))
	has := func(s string) bool { return bytes.Contains(text, []byte(s)) }
	switch {
	case bytes.HasPrefix(text, []byte("#TYPE ")):
		return Windows, nil
	case bytes.HasPrefix(plain, []byte("<")):
		return Nmap, nil
	case bytes.HasPrefix(plain, []byte("{")), bytes.HasPrefix(plain, []byte("[")) && !strings.HasPrefix(line, "[0:"):
		if head := plain[:min(len(plain), 4096)]; bytes.Contains(head, []byte(`"nftables"`)) {
			return Nft, nil
		}
		return Windows, nil
	case has("ip6tables-save"):
		return IP6Tables, nil
	case strings.HasPrefix(line, "*") && len(strings.Fields(line)) == 1:
		if has("ipv6-icmp") || has("::") {
			return IP6Tables, nil
		}
		return IPTables, nil
	}
	return kindOfLine(line)
}

// kindOfLine recognizes a listing, or the output of a similar program, by its first line.
func kindOfLine(line string) (Kind, error) {
	words := strings.Fields(line)
	for _, x := range []struct{ start, what, instead string }{
		{"Active Internet connections", "the output of netstat", "ss -tulpn"},
		{"Proto ", "the output of netstat", "ss -tulpn"},
		{"Starting Nmap", "human-readable output of nmap", "nmap with -oX FILE"},
		{"Nmap scan report", "human-readable output of nmap", "nmap with -oX FILE"},
		{"Chain ", "the output of iptables -L", "iptables-save"},
		{"-P ", "the output of iptables -S", "iptables-save"},
		{"table ", "human-readable output of nft", "nft -j list ruleset"},
		{"Status: ", "the output of ufw", "iptables-save and ip6tables-save"},
		{"COMMAND ", "the output of lsof", "ss -tulpn"},
		{"LocalAddress ", "a table of PowerShell", "the same cmdlet with | ConvertTo-Json"},
	} {
		if strings.HasPrefix(line, x.start) {
			return "", fmt.Errorf("it is %s; save the output of %s", x.what, x.instead)
		}
	}
	switch {
	case isSSHeader(words), len(words) > 4 && (isSSState(words[0]) || isSSState(words[1])):
		return SS, nil
	case strings.ContainsAny(line, ",;\t") && isWindowsHeader(line):
		return Windows, nil
	}
	return "", fmt.Errorf("its format is unknown; evidence is the output of %s, and --kind can name the format", strings.Join(Kinds, ", "))
}

// maxJSONDepth is the greatest depth of objects and lists; those that nft prints are about
// ten deep.
const maxJSONDepth = 64

// unmarshal reads a whole JSON document.
func unmarshal(data []byte, into any) error {
	deep, quoted := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{', c == '[':
			if deep++; deep > maxJSONDepth {
				return fmt.Errorf("its JSON is nested more than %d deep, unlike any evidence", maxJSONDepth)
			}
		case c == '}', c == ']':
			deep--
		}
	}
	d := json.NewDecoder(bytes.NewReader(data))
	if err := d.Decode(into); err != nil {
		return plain(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("trailing data after the JSON")
	}
	return nil
}

// plain returns an error of encoding/json in plain words.
func plain(err error) error {
	var kind *json.UnmarshalTypeError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return errors.New("its JSON ends too early: the evidence is truncated")
	case errors.As(err, &kind):
		return fmt.Errorf("its JSON has an unexpected %s at %s", kind.Value, cmp.Or(kind.Field, "the top"))
	}
	return fmt.Errorf("it is not JSON: %w", err)
}

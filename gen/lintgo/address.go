package lintgo

import (
	"strconv"
	"strings"

	"github.com/portspec/portspec/internal/pattern"
)

// An address is a text with a port in it.
type address struct {
	before, after string // the text around the port: "https://ums:", "/device"
	host          string // "" for none, or if it is filled in
	port          int
	bare          bool // nothing but the port
	url           bool // it has a scheme
	telling       bool // the host is clearly one, so the text is an address in any context
	verbs         bool // it is a format with verbs
}

var (
	barePort   = pattern.New(`^[0-9]{1,5}$`)
	hostPort   = pattern.New(`^(\[[0-9A-Fa-f:.%a-z]*\]|[A-Za-z0-9._%-]*):([0-9]{1,5})((?:/[^\s]*)?)$`)
	urlPort    = pattern.New(`^([A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@\s]*@)?)(\[[0-9A-Fa-f:.%a-z]*\]|[^/?#:@\[\]\s]*):([0-9]{1,5})((?:[/?#].*)?)$`)
	digitsOnly = pattern.New(`^[0-9]+$`)
	sourceFile = pattern.New(`\.(?:c|cpp|cue|go|h|java|js|json|log|ts|txt|yaml|yml)$`)
	named      = pattern.New(`[A-Za-z][0-9]|\.|^\[|^localhost$`)
)

// parseAddress splits an address into its parts. It returns nil if the text is not an address.
func parseAddress(s string) *address {
	if len(s) > 2000 {
		return nil
	}
	a := &address{}
	var digits string
	if barePort().MatchString(s) {
		a.bare, digits = true, s
	} else if m := urlPort().FindStringSubmatch(s); m != nil {
		a.url, a.host, digits = true, m[2], m[3]
		a.before, a.after = m[1]+m[2]+":", m[4]
	} else if m := hostPort().FindStringSubmatch(s); m != nil {
		a.host, digits = m[1], m[2]
		a.before, a.after = m[1]+":", m[3]
		if digitsOnly().MatchString(a.host) || sourceFile().MatchString(a.host) {
			return nil // a mapping of containers, a time, or a line of a file
		}
		a.telling = named().MatchString(a.host)
	} else {
		return nil
	}
	n, err := strconv.Atoi(digits)
	if err != nil || n < 1 || n > maxPort || digits[0] == '0' {
		return nil
	}
	a.port = n
	if strings.Contains(a.before+a.after, "%") {
		a.verbs = true
	}
	return a
}

// behindColon reports whether the nth verb of a format follows a colon, as in "%s:%d".
func behindColon(format string, n int) bool {
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			continue
		}
		start := i
		i++
		for i < len(format) && strings.IndexByte("+-# 0123456789.", format[i]) >= 0 {
			i++
		}
		if i < len(format) && format[i] == '%' {
			continue
		}
		if i >= len(format) || format[i] == '*' || format[i] == '[' {
			return false
		}
		if n == 0 {
			return (format[i] == 'd' || format[i] == 'v' || format[i] == 's') && start > 1 && format[start-1] == ':' && format[start-2] != ' '
		}
		n--
	}
	return false
}

package model

import (
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestProtocols compares the names of IP protocols with those in the schema.
func TestProtocols(t *testing.T) {
	data, err := os.ReadFile("../../schema/ports.cue")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(data), "\n_protocols: {\n")
	table, _, _ = strings.Cut(table, "\n}")
	lines := regexp.MustCompile(`(?m)^\t([a-z0-9]+): +([0-9]+)$`).FindAllStringSubmatch(table, -1)
	if len(lines) != len(protocols) {
		t.Errorf("the schema has %d protocols, want %d", len(lines), len(protocols))
	}
	for _, line := range lines {
		if !regexp.MustCompile(`#Transport: .*[(|]` + line[1] + `\|`).Match(data) {
			t.Errorf("%s is not a #Transport", line[1])
		}
		n, _ := strconv.Atoi(line[2])
		if got := ProtocolNumber(line[1]); got != n {
			t.Errorf("%s is %d here and %d in the schema", line[1], got, n)
		}
		if got := TransportOf(n); got != line[1] {
			t.Errorf("%d is %s here and %s in the schema", n, got, line[1])
		}
	}
}

func TestProtocolNumber(t *testing.T) {
	for transport, want := range map[string]int{"ip/253": 253, "ip/0": 0, "ip/256": -1, "ip/": -1, "ip/x": -1, "ESP": -1, "": -1, "esp": 50} {
		if got := ProtocolNumber(transport); got != want {
			t.Errorf("%q is %d, want %d", transport, got, want)
		}
	}
	if got := TransportOf(253); got != "ip/253" {
		t.Errorf("253 is %s", got)
	}
}

package gen

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/model"
)

// PortsText formats resolved ports like [PortText], with neighbours as ranges.
func PortsText(ports []model.PortRange, dynamic bool) string {
	switch {
	case dynamic && len(ports) == 0:
		return "dynamic"
	case dynamic:
		return model.FormatPorts(ports) + " (dynamic)"
	}
	return model.FormatPorts(model.ShortPorts(ports))
}

// BackText describes permits that are not the flow itself, by their field Back.
var BackText = map[string]string{"reply": "the answer", "both-ways": "the other way"}

// NoRule is how all outputs mark a flow that needs no firewall rule.
const NoRule = "no rule needed"

// Dash returns a text, or a hyphen if it is empty.
func Dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// ShownPeers is the maximum number of peers of a permit in a line.
const ShownPeers = 3

// Few lists the first words, and the number of all if there are more.
func Few(words []string, all int) string {
	all = max(all, len(words))
	text := strings.Join(words[:min(len(words), ShownPeers)], " ")
	if all > ShownPeers {
		text += fmt.Sprintf(" … (%d)", all)
	}
	return Dash(text)
}

// mostPorts is how many ports a summary names, such as a cell of a matrix. Tables list all.
const mostPorts = 24

// SomePorts returns ports as a summary names them: "1000", "1001", …, "4977 more".
func SomePorts(ports []string) []string {
	if len(ports) <= mostPorts {
		return ports
	}
	return append(slices.Clone(ports[:mostPorts-1]), fmt.Sprintf("%d more", len(ports)-mostPorts+1))
}

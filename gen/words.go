package gen

import (
	"fmt"
	"strings"

	"github.com/portspec/portspec/internal/model"
)

// PortsText formats resolved ports, like [PortText] for a listener.
func PortsText(ports []model.PortRange, dynamic bool) string {
	switch {
	case dynamic && len(ports) == 0:
		return "dynamic"
	case dynamic:
		return model.FormatPorts(ports) + " (dynamic)"
	}
	return model.FormatPorts(ports)
}

// BackText describes a permit in the opposite direction of its flow, by the value of Back.
var BackText = map[string]string{"reply": "the answer", "both-ways": "the other way"}

// Dash returns a text, or a hyphen if it is empty.
func Dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// ShownPeers limits how many peers of a permit a line names.
const ShownPeers = 3

// Few lists the first words, and the total number if there are more.
func Few(words []string, all int) string {
	all = max(all, len(words))
	text := strings.Join(words[:min(len(words), ShownPeers)], " ")
	if all > ShownPeers {
		text += fmt.Sprintf(" … (%d)", all)
	}
	return Dash(text)
}

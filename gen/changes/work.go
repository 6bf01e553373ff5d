package changes

import (
	"github.com/portspec/portspec/internal/diff"
	"github.com/portspec/portspec/internal/english"
)

// taskWords say what there is to do in a step of an upgrade.
var taskWords = map[diff.Task]string{
	diff.OpenInbound:   "open what is new for the side that listens",
	diff.OpenOutbound:  "open what is new for the side that starts",
	diff.Upgrade:       "upgrade",
	diff.CloseOutbound: "close what is not used any more for the side that starts",
	diff.CloseInbound:  "close what is not used any more for the side that listens",
}

// stepText is one step: what to do, and on which hosts.
func stepText(s *diff.Step) string { return taskWords[s.Do] + ": " + english.And(s.Hosts) }

package check

import (
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// TestWrongHosts limits flows and listeners to operating systems that an end does not have.
func TestWrongHosts(t *testing.T) {
	for _, c := range []struct {
		name                         string
		talker, flow, host, listener string // operating systems
		want, hint                   string
	}{
		{"no systems", "", "", "", "", "", ""},
		{"the talker's", "windows", "windows", "linux", "", "", ""},
		{"the listener's, at the flow", "windows", "linux", "linux", "", "flow f starts on linux only, and no talker runs there: a on windows", "as os of the listener"},
		{"nobody's, at the flow", "windows", "aix", "linux", "", "flow f starts on aix only", "agree"},
		{"any talker", "", "linux", "linux", "", "", ""},
		{"the host's", "windows", "", "linux", "linux", "", ""},
		{"the talker's, at the listener", "windows", "", "linux", "windows", "listener l of b is opened on windows only, and b runs on linux only", "as talker_os of the flow"},
		{"nobody's, at the listener", "windows", "", "linux", "aix", "listener l of b is opened on aix only", "agree"},
	} {
		on := func(os string) model.Conditions { return model.Conditions{OS: strings.Fields(os)} }
		p := &model.Product{
			Flows: []*model.Flow{{ID: "f", From: []string{"a"}, To: []model.Target{{Component: "b", Listeners: []string{"l"}}}, Conditions: on(c.flow)}},
			Components: []*model.Component{
				{ID: "a", Conditions: on(c.talker)},
				{ID: "b", Conditions: on(c.host), Listeners: []*model.Listener{{ID: "l", Conditions: on(c.listener)}}},
			},
		}
		r := &reporter{Product: p, code: diag.Explanation{Code: diag.WrongHost}}
		wrongHosts(r)
		var message, hint string
		for _, f := range r.found {
			message, hint = message+f.Message, hint+f.Hint
		}
		if (c.want == "") != (message == "") || !strings.Contains(message, c.want) || !strings.Contains(hint, c.hint) {
			t.Errorf("%s: %q, %q", c.name, message, hint)
		}
	}
}

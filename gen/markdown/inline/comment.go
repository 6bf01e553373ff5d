package inline

import (
	"strings"

	"github.com/portspec/portspec/internal/pattern"
)

// apart separates two characters that together would be a reference. It has no width and does
// not allow a line break. Spec text cannot contain it, because [Visible] replaces it.
const apart = "\u2060"

// References are what GitHub and GitLab look for in a comment after they have
// read the Markdown: people and groups (@name), issues (#1, GH-1), merge requests
// (!1), epics (&1), labels (~name), milestones (%name), snippets ($1), alerts
// (^alert#1), iterations (*iteration:1), others in brackets ([epic:1]), addresses
// of the web and of mail, and commits, by seven digits of their hashes or more.
var (
	signs  = pattern.New(`([@#~%^*])([\pL\pN_"])|([!&$])(\pN)|(\[)([a-zA-Z_]+:)`)
	words  = pattern.New(`(?i)(www\.|mailto:|xmpp:|g[hl]-)|(:)(/)`)
	hashes = pattern.New(`[0-9a-fA-F]{7,}`)
	parts  = pattern.New(`.{6}`) // too short for a hash
)

// Comment is like [Escape], for comments and tickets, where spec text must not contain
// references: these notify people and leave marks at their targets.
func Comment(s string) string {
	s = signs().ReplaceAllString(Visible(s), "${1}${3}${5}"+apart+"${2}${4}${6}")
	s = words().ReplaceAllString(s, "${1}${2}"+apart+"${3}")
	s = hashes().ReplaceAllStringFunc(s, func(hash string) string { return parts().ReplaceAllString(hash, "${0}"+apart) })
	return strings.ReplaceAll(string(apartIf(s, escape(s, ""))), apart, "&#8288;")
}

package gen

import "github.com/portspec/portspec/internal/model"

// NotDocumented is how all outputs describe what the vendor's document does not say.
const NotDocumented = "not documented"

// nouns are the words for undocumented aspects that have a name.
var nouns = map[model.Aspect]string{
	model.AspectTransport: "transport",
	model.AspectPort:      "port",
}

// questions are the words for the others.
var questions = map[model.Aspect]string{
	model.AspectIdentity:     "who it is",
	model.AspectDirection:    "which side starts",
	model.AspectSuffices:     "whether all or one is needed",
	model.AspectConfigurable: "whether the port can be changed",
}

// UnknownText says that an aspect is not documented: "port not documented", "which side starts
// is not documented".
func UnknownText(a model.Aspect) string {
	if noun, ok := nouns[a]; ok {
		return noun + " " + NotDocumented
	}
	return questions[a] + " is " + NotDocumented
}

// UnknownReason says the same as a reason: "its port is not documented".
func UnknownReason(a model.Aspect) string {
	if noun, ok := nouns[a]; ok {
		return "its " + noun + " is " + NotDocumented
	}
	return UnknownText(a)
}

// UnknownWhy is like UnknownText, and adds what the document shows if the spec says it: "port
// not documented: the cell is empty".
func UnknownWhy(u model.Unknown, a model.Aspect) string {
	if u[a] == "" {
		return UnknownText(a)
	}
	return UnknownText(a) + ": " + u[a]
}

// UnknownTexts lists the aspects that are not documented.
func UnknownTexts(u model.Unknown, of ...model.Aspect) []string {
	var all []string
	for _, a := range of {
		if u.Has(a) {
			all = append(all, UnknownText(a))
		}
	}
	return all
}

// TransportText returns the name of a transport, or that it is not documented.
func TransportText(transport string) string {
	if transport == model.UnknownTransport {
		return UnknownText(model.AspectTransport)
	}
	return transport
}

package lintgo

import (
	"slices"
	"strings"
	"unicode"
)

// words splits a name: "umsServerPort", "UMS_SERVER_PORT" and "ums-server.port" are ums,
// server and port. Digits belong to the word before them.
func words(name string) []string {
	var all []string
	runes := []rune(name)
	start := -1
	end := func(i int) {
		if start >= 0 {
			all = append(all, strings.ToLower(string(runes[start:i])))
		}
		start = -1
	}
	for i, r := range runes {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			end(i)
			continue
		case start < 0:
		case unicode.IsUpper(r) && !unicode.IsUpper(runes[i-1]):
			end(i) // umsServer
		case unicode.IsUpper(r) && i+1 < len(runes) && unicode.IsLower(runes[i+1]):
			end(i) // UMSServer
		}
		if start < 0 {
			start = i
		}
	}
	end(len(runes))
	return all
}

// has reports whether a phrase contains a word, perhaps split into several words. Digits at its
// end do not matter: "profileUnity1" has profileunity.
func has(phrase []string, word string) bool {
	for i := range phrase {
		joined := ""
		for _, w := range phrase[i:] {
			joined += w
			if joined == word || strings.TrimRight(joined, "0123456789") == word {
				return true
			}
			if len(joined) > len(word)+4 {
				break
			}
		}
	}
	return false
}

// hasAll reports whether a phrase has every word, or all of them joined.
func hasAll(phrase, all []string) bool {
	return len(all) > 0 && (has(phrase, strings.Join(all, "")) ||
		!slices.ContainsFunc(all, func(w string) bool { return !has(phrase, w) }))
}

// hasAny reports whether a phrase has one of the words.
func hasAny(phrase []string, any map[string]bool) bool {
	return slices.ContainsFunc(phrase, func(w string) bool { return any[strings.TrimRight(w, "0123456789")] })
}

func set(list string) map[string]bool {
	m := make(map[string]bool)
	for _, w := range strings.Fields(list) {
		m[w] = true
	}
	return m
}

// plain are words that many programs use: alone, they do not name a component.
var plain = set(`access active admin agent api app apps application backend base browser cache central client cloud cluster
	configuration connection console control controller core data database db default desktop device directory dns domain
	download endpoint file files frontend gateway home host http https internal ldap load balancer local log mail main management manager
	master message monitor name net network node portal proxy public queue remote reader receiver report root router server
	service share site smtp socket sql storage store system target test tool update upload user users vhd web website worker`)

// isPortName reports whether a variable with this name contains a port, rather than a number
// about ports, as portTimeout and numPorts do.
func isPortName(name string) bool {
	all := words(name)
	if !hasAny(all, portWords) || hasAny(all, quantities) || has(all, "viewport") {
		return false
	}
	i := slices.Index(all, "ports")
	return i < 1 || all[i-1] != "num" && all[i-1] != "n"
}

// spelled reports whether a text consists of some of the words, in succession.
func spelled(text string, all []string) bool {
	return text == "" || slices.ContainsFunc(all, func(w string) bool {
		rest, ok := strings.CutPrefix(text, w)
		return ok && w != "" && spelled(rest, all)
	})
}

// calls reports whether a name is that of the constant, except for the case of letters, the
// product in front, and words that do not change its meaning:
// DefaultShoppingWebsiteHTTPSPortNumber for WebsiteHTTPSPort.
func (p *Port) calls(name string) bool {
	joined, own := strings.Join(words(name), ""), strings.Join(words(p.Const), "")
	i := strings.LastIndex(joined, own)
	return i >= 0 && spelled(joined[:i], append(words(p.component.pkg.Product), leading...)) && spelled(joined[i+len(own):], trailing)
}

// leading and trailing are words around the name of a constant that do not change its
// meaning.
var (
	leading  = strings.Fields("default def std standard the my our const cfg config flag opt k")
	trailing = strings.Fields("default def num number no nr value val str string text int uint16 const")
)

// portWords are words in names of ports; addressWords are words in names of addresses, or of
// functions that take an address.
var (
	portWords  = set("port ports")
	quantities = set(`buffer bytes cost count delay duration height index interval length len limit millis ms offset priority rate retries
		retry seconds secs size speed status timeout timeouts total wait weight width year`)
	addressWords = set(`addr addrs address addresses authority backend backends base bind connect dial dialer endpoint endpoints host hostname
		hostport hosts listen listener location location origin peer peers proxy remote seed seeds serve server servers target targets
		upstream upstreams uri uris url urls`)
	// fillers do not tell whose port it is.
	fillers = set(`a addr address def default defaults endpoint host hostname hostport http https listen my number of on our port ports primary
		remote secondary std tcp test the udp uri url`)
)

// productNames returns the lists of words that name a product: all words of its id, and each of
// them that is neither plain nor short.
func productNames(id string) [][]string {
	all := words(id)
	names := [][]string{all}
	for _, w := range all {
		if !plain[w] && len(w) > 2 {
			names = append(names, []string{w})
		}
	}
	return names
}

// named reports whether one of the phrases names the product.
func (p *Package) named(phrases [][]string) bool {
	for _, phrase := range phrases {
		for _, name := range p.names {
			if hasAll(phrase, name) {
				return true
			}
		}
	}
	return false
}

// named reports whether one of the phrases names the component. If all of its words are
// plain, as in server, its product must be named as well.
func (c *Component) named(phrases [][]string) bool {
	for _, phrase := range phrases {
		if hasAll(phrase, c.tokens) && (c.telling() || c.pkg.named([][]string{phrase})) {
			return true
		}
	}
	return false
}

// telling reports whether the component's words name it without its product.
func (c *Component) telling() bool {
	return slices.ContainsFunc(c.tokens, func(w string) bool { return !plain[w] })
}

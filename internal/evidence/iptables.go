package evidence

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
)

// readIptables reads what iptables-save or ip6tables-save prints.
func readIptables(f *File, data []byte) error {
	t := iptablesReading{family: 4, filter: &Filter{Program: "iptables", File: f.Name, V4: true}, chains: make(map[string]bool)}
	if f.Kind == IP6Tables {
		t.family, t.filter = 6, &Filter{Program: "ip6tables", File: f.Name, V6: true}
	}
	number := 0
	for line := range bytes.Lines(data) {
		number++
		if err := t.line(strings.TrimSpace(string(line)), number); err != nil {
			return fmt.Errorf("line %d: %w", number, err)
		}
	}
	switch {
	case t.table != "":
		return fmt.Errorf("the table %s has no COMMIT at its end: the evidence is truncated", t.table)
	case !t.seen["filter"]:
		return errors.New("there is no table filter in it; save all tables, with iptables-save alone")
	}
	for _, h := range iptablesHooks {
		name := h.table + " " + h.chain
		if !t.chains[name] {
			continue
		}
		hook := &Hook{
			Name: fmt.Sprintf("chain %s of table %s of %s", h.chain, h.table, t.filter.Program), Out: h.out, Family: t.family,
			Chain: t.filter.chain(name), Policy: Accept, Before: h.table != "filter",
		}
		if t.policies[name] == "DROP" {
			hook.Policy = Drop
		}
		t.filter.Hooks = append(t.filter.Hooks, hook)
	}
	f.Filter = t.filter
	return t.filter.link(func(name string) bool { return t.chains[name] })
}

// iptablesHooks are the chains that packets pass, in their order: iptables(8), TABLES.
var iptablesHooks = []struct {
	table, chain string
	out          bool
}{
	{"raw", "PREROUTING", false},
	{"mangle", "PREROUTING", false},
	{"nat", "PREROUTING", false},
	{"mangle", "INPUT", false},
	{"filter", "INPUT", false},
	{"security", "INPUT", false},
	{"raw", "OUTPUT", true},
	{"mangle", "OUTPUT", true},
	{"nat", "OUTPUT", true},
	{"filter", "OUTPUT", true},
	{"security", "OUTPUT", true},
	{"mangle", "POSTROUTING", true},
}

type iptablesReading struct {
	family   int
	filter   *Filter
	table    string          // the table being read; "" between tables
	seen     map[string]bool // tables
	chains   map[string]bool // by table and name
	policies map[string]string
	rules    map[string]int // number of rules of each chain
}

func (t *iptablesReading) line(line string, number int) error {
	switch {
	case line == "" || line[0] == '#':
		return nil
	case line[0] == '*' && t.table == "":
		t.table = line[1:]
		if t.seen == nil {
			t.seen, t.policies, t.rules = make(map[string]bool), make(map[string]string), make(map[string]int)
		}
		t.seen[t.table] = true
		return nil
	case t.table == "":
		return errors.New("it is outside of a table, so it is not what iptables-save prints")
	case line == "COMMIT":
		t.table = ""
		return nil
	case line[0] == ':':
		words := strings.Fields(line[1:])
		if len(words) < 2 {
			return errors.New("a chain has no policy: the evidence is truncated")
		}
		name := t.table + " " + words[0]
		t.chains[name], t.policies[name] = true, words[1]
		return nil
	}
	if line[0] == '[' { // counters, of iptables-save -c
		_, line, _ = strings.Cut(line, "] ")
	}
	words, err := iptablesWords(line)
	if err != nil {
		return err
	}
	if len(words) < 2 || words[0] != "-A" {
		return errors.New("it is neither a chain nor a rule of iptables-save")
	}
	return t.rule(words, line, number)
}

// iptablesWords splits a line with the quoting of iptables-save: double quotes and
// backslashes.
func iptablesWords(line string) ([]string, error) {
	var words []string
	var word []byte
	quoted, in := false, false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '\\' && quoted && i+1 < len(line):
			i++
			word = append(word, line[i])
		case c == '"':
			quoted, in = !quoted, true
		case c == ' ' && !quoted:
			if in {
				words, word, in = append(words, string(word)), nil, false
			}
		default:
			word, in = append(word, c), true
		}
	}
	if quoted {
		return nil, errors.New("a quotation has no end: the evidence is truncated")
	}
	if in {
		words = append(words, string(word))
	}
	return words, nil
}

// iptablesIdle are targets that decide nothing: iptables-extensions(8).
var iptablesIdle = []string{
	"LOG", "NFLOG", "ULOG", "TRACE", "MARK", "CONNMARK", "CT", "NOTRACK", "CHECKSUM", "CLASSIFY", "DSCP", "ECN", "HL", "TTL", "TOS",
	"TCPMSS", "TCPOPTSTRIP", "SECMARK", "CONNSECMARK", "SET", "AUDIT", "LED", "RATEEST", "HMARK", "IDLETIMER", "SNAT", "MASQUERADE", "NETMAP",
}

func (t *iptablesReading) rule(words []string, line string, number int) error {
	chain := t.table + " " + words[1]
	if !t.chains[chain] {
		return fmt.Errorf("the chain %s is not declared", words[1])
	}
	t.rules[chain]++
	r := &Rule{Text: line, Where: fmt.Sprintf("line %d, rule %d of chain %s", number, t.rules[chain], words[1])}
	r.family(t.family)
	words = words[2:]
	for len(words) > 0 {
		not := words[0] == "!"
		if not {
			words = words[1:]
		}
		if len(words) == 0 {
			return errors.New("it ends with !: the evidence is truncated")
		}
		name := words[0]
		if name == "-j" || name == "-g" {
			if len(words) < 2 {
				return errors.New("it has no target: the evidence is truncated")
			}
			t.target(r, name, words[1])
			break
		}
		// An option extends to the next one.
		n := 1
		for n < len(words) && words[n] != "!" && !isOption(words[n]) {
			n++
		}
		if name == "--comment" || name == "--log-prefix" || name == "--string" { // whatever its value
			n = min(2, len(words))
		}
		t.option(&r.Match, name, words[1:n], not)
		words = words[n:]
	}
	c := t.filter.chain(chain)
	c.Rules = append(c.Rules, r)
	return nil
}

func isOption(word string) bool {
	return len(word) > 1 && word[0] == '-' && (word[1] == '-' || word[1] < '0' || word[1] > '9')
}

func (t *iptablesReading) target(r *Rule, option, name string) {
	switch {
	case name == "ACCEPT":
		r.Verdict = Accept
	case name == "DROP" || name == "REJECT":
		r.Verdict = Drop
	case name == "RETURN":
		r.Verdict = Return
	case t.chains[t.table+" "+name]:
		r.Target, r.Verdict = t.table+" "+name, Jump
		if option == "-g" {
			r.Verdict = Goto
		}
	case slices.Contains(iptablesIdle, name):
	default:
		r.Verdict = Unclear
		r.doubt("the target " + name + " passes the packet to something else")
	}
}

// iptablesPlain are matches that consist of their options.
var iptablesPlain = []string{"tcp", "udp", "sctp", "dccp", "udplite", "icmp", "icmp6", "ipv6-icmp", "conntrack", "state", "multiport", "comment", "iprange", "pkttype", "addrtype", "standard", "rt", "hl"}

// option narrows a match by one option with its values.
func (t *iptablesReading) option(m *Match, name string, values []string, not bool) {
	value := ""
	if len(values) > 0 {
		value = values[0]
	}
	switch name {
	case "-m":
		if !slices.Contains(iptablesPlain, value) {
			m.doubt("it has the match " + value)
		}
	case "--comment":
	case "-s", "--src-range":
		m.From = bothAddresses(m.From, t.addresses(m, value, not))
	case "-d", "--dst-range":
		m.To = bothAddresses(m.To, t.addresses(m, value, not))
	case "-p":
		t.protocol(m, value, not)
	case "-i":
		m.In = append(m.In, Interface{[]string{wildcard(value)}, not})
	case "-o":
		m.Out = append(m.Out, Interface{[]string{wildcard(value)}, not})
	case "--sport", "--sports":
		m.SourcePorts = both(m.SourcePorts, iptablesPorts(m, value, not))
	case "--dport", "--dports":
		m.Ports = both(m.Ports, iptablesPorts(m, value, not))
	case "--icmp-type", "--icmpv6-type":
		iptablesMessage(m, value, not)
	case "--ctstate", "--state":
		if slices.Contains(strings.Split(value, ","), "NEW") == not {
			m.Never = true
		}
	case "--ctdir":
		if (value == "ORIGINAL") == not {
			m.Never = true
		}
	case "--pkt-type":
		nftField{}.casts(m, not, []string{value}, "unicast")
	case "--dst-type":
		nftField{}.casts(m, not, strings.Split(strings.ToLower(value), ","), "local")
	case "--syn":
		m.protocol(tcp)
		m.Never = m.Never || not
	case "--tcp-flags":
		t.flags(m, values, not)
	case "--rt-type":
		m.Never = m.Never || !not // first packets have no routing header
	case "--hl-eq":
		if not || !slices.Equal(m.Protocols, []model.PortRange{{From: icmp6, To: icmp6}}) {
			m.doubt("it has the option " + name)
		} // neighbour and router discovery uses it
	case "-f":
		m.Never = m.Never || !not // fragments; a first packet is not one
	default:
		m.doubt("it has the option " + name)
	}
}

func (t *iptablesReading) addresses(m *Match, value string, not bool) []policy.AddressRange {
	r, ok := parseAddresses(value)
	if !ok || r.From.Is4() != (t.family == 4) {
		m.doubt("the address " + value + " is not supported")
		return nil
	}
	list := []policy.AddressRange{r}
	if not {
		list = exceptAddresses(list, t.family)
	}
	return list
}

func (t *iptablesReading) protocol(m *Match, value string, not bool) {
	if value == "all" {
		return
	}
	n, ok := protocolNumber(value)
	if !ok {
		m.doubt("the protocol " + value + " is not supported")
		return
	}
	list := []model.PortRange{{From: n, To: n}}
	if not {
		list = except(list, maxProtocol)
	}
	m.protocols(list)
}

// wildcard returns the name of an interface; in iptables, + stands for any rest.
func wildcard(name string) string {
	if rest, ok := strings.CutSuffix(name, "+"); ok {
		return rest + "*"
	}
	return name
}

func iptablesPorts(m *Match, value string, not bool) []model.PortRange {
	list := []model.PortRange{}
	for _, part := range strings.Split(value, ",") {
		from, to, ok := strings.Cut(part, ":")
		if !ok {
			to = from
		}
		if from == "" {
			from = "0"
		}
		if to == "" {
			to = strconv.Itoa(maxPort)
		}
		a, errA := strconv.ParseUint(from, 10, 16)
		b, errB := strconv.ParseUint(to, 10, 16)
		if errA != nil || errB != nil {
			m.doubt("the port " + part + " is not a number")
			return nil
		}
		list = append(list, model.PortRange{From: int(a), To: int(b)})
	}
	if not {
		list = except(list, maxPort)
	}
	return list
}

func iptablesMessage(m *Match, value string, not bool) {
	if value == "any" {
		return
	}
	kind, code, exact := strings.Cut(value, "/")
	a, errA := strconv.ParseUint(kind, 10, 8)
	b, errB := uint64(0), error(nil)
	if exact {
		b, errB = strconv.ParseUint(code, 10, 8)
	}
	if errA != nil || errB != nil {
		m.doubt("the message " + value + " is not a number")
		return
	}
	r := model.PortRange{From: int(a << 8), To: int(a<<8 | 255)}
	if exact {
		r.From, r.To = int(a<<8|b), int(a<<8|b)
	}
	list := []model.PortRange{r}
	if not {
		list = except(list, 255<<8|255)
	}
	m.Messages = both(m.Messages, list)
}

// flags evaluates --tcp-flags MASK SET: first packets have only SYN.
func (t *iptablesReading) flags(m *Match, values []string, not bool) {
	m.protocol(tcp)
	if len(values) != 2 {
		m.doubt("it has flags that are not known")
		return
	}
	mask, set := strings.Split(values[0], ","), values[1]
	seen := values[0] == "ALL" || slices.Contains(mask, "SYN")
	matches := seen && set == "SYN" || !seen && set == "NONE"
	if matches == not {
		m.Never = true
	}
}

package golang

import (
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/model"
)

// spellings are words that are not simply capitalized in a Go name. They are listed here
// and not taken from names in the spec, so that rewording a spec does not rename constants.
var spellings = func() map[string]string {
	table := map[string]string{}
	for _, w := range strings.Fields(`
		ACL AD ADB AMQP API ARP ASCII AWS BGP BIOS CA CIFS CLI CPU CRL CSV DB DC DCOM DFS DHCP DMZ DNS DRDA DTLS
		EAP EPMD ESP FQDN FTP FTPS GC GCP GPO GRE GUI HA HTML HTTP HTTPS HTTPD IBM ICA ICG ICMP ID IGMP IIS IMAP
		IMAPS IO IP IPC IPP ISCSI JDBC JMS JMX JSON JVM JWT KDC KMS KVM LAN LDAP LDAPS LLDP LPD MAC MDM
		MDNS MQTT MSDTC NAS NAT NCP NDMP NFC NFS NIC NLA NTLM NTP OCSP ODBC OS OSPF OUI PC PCOIP PKI POP PXE QUIC
		RADIUS RAM RBAC RDP RDSH RFB RMI RPC RSA RSH RTP RTSP SAML SAN SAP SCCM SCEP SCP SCTP SFTP SIP SLP SMB SMS
		SMTP SMTPS SNMP SOAP SQL SSDP SSH SSL SSO STUN TCP TDS TFTP TLS TNS TTL UDP UI UID UMS UPS URI
		URL USB UTF UUID VDI VHD VLAN VM VMDK VNC VPN VRRP WAN WINS WMI WS WSS XML XMPP`) {
		table[strings.ToLower(w)] = w
	}
	for _, w := range strings.Fields(`
		ActiveMQ APIs AppClarity DoH ESXi FlexApp FlexDisk GitHub GitLab gRPC IDs iDRAC iLO IPs IPv4 IPv6 ICMPv6
		iOS JavaScript LDAPv3 macOS MariaDB MongoDB MSSQL MySQL NETLOGON NetBIOS NetFlow NoSQL OAuth OAuth2 OpenID
		OpenSSH OpenVPN PCs POP3 PostgreSQL PowerShell ProfileDisk ProfileUnity RabbitMQ RESTful SharePoint SNMPv3
		SQLite sFlow TeamViewer URLs vCenter vMotion VMs VMware vSphere WebDAV WebRTC WebSocket WebSockets
		WireGuard WinRM XenApp XenDesktop ZooKeeper`) {
		table[strings.ToLower(w)] = w
	}
	return table
}()

// A spelling turns words of ids into words of Go names. Words that are not in [spellings]
// are spelled as in the product's own names: "flexapp" is FlexApp if a component is named
// "FlexApp Packaging Console".
type spelling map[string]string

func spellingOf(p *model.Product) spelling {
	s := spelling{}
	s.learn(p.Name)
	s.learn(p.Vendor)
	for _, c := range p.Components {
		s.learn(c.Name)
	}
	return s
}

// learn takes proper nouns out of a name: words with a capital inside, unless they consist
// of capitals. Of two spellings the one with more capitals wins, so that their order does
// not matter.
func (s spelling) learn(name string) {
	for _, word := range strings.FieldsFunc(name, func(r rune) bool { return !isAlphanumeric(r) }) {
		n := capitals(word[1:])
		if n == 0 || n == len(word)-1 && len(word) > 5 {
			continue
		}
		key := strings.ToLower(word)
		if had := s[key]; capitals(word) > capitals(had) || capitals(word) == capitals(had) && word < had {
			s[key] = word
		}
	}
}

// name joins ids to a Go name: "ums-server", "http" become UMSServerHTTP.
func (s spelling) name(ids ...string) string {
	return strings.Join(s.words(ids...), "")
}

// words returns the words of ids as they are in a Go name.
func (s spelling) words(ids ...string) []string {
	var words []string
	for _, id := range ids {
		for _, w := range split(id) {
			words = append(words, s.word(w))
		}
	}
	return words
}

// word spells one word; a number at its end is separate: "os12" is OS12.
func (s spelling) word(w string) string {
	base := strings.TrimRight(w, "0123456789")
	switch {
	case spellings[w] != "":
		w = spellings[w]
	case s[w] != "":
		w = s[w]
	case spellings[base] != "":
		w = spellings[base] + w[len(base):]
	case s[base] != "":
		w = s[base] + w[len(base):]
	}
	return strings.ToUpper(w[:1]) + w[1:]
}

// split takes an id apart. Ids are lower-case words joined by hyphens; in a model made by
// hand, any other character separates words as well.
func split(id string) []string {
	return strings.FieldsFunc(strings.ToLower(id), func(r rune) bool { return !isAlphanumeric(r) })
}

func isAlphanumeric(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
}

func capitals(word string) int {
	n := 0
	for _, r := range word {
		if 'A' <= r && r <= 'Z' {
			n++
		}
	}
	return n
}

// elide drops words of the listener that the component already has, so that nothing is
// repeated: the end of the component's at the front of the listener's, or all of the
// listener's at the front of the component's; and "port" at the end. Listener postgresql of
// postgresql is PostgreSQLPort, smtp of smtp-gateway is SMTPGatewayPort.
func elide(component, listener string) string {
	c, l := split(component), split(listener)
	if n := len(l); n > 0 && (l[n-1] == "port" || l[n-1] == "ports") {
		l = l[:n-1]
	}
	if len(l) <= len(c) && slices.Equal(c[:len(l)], l) {
		return ""
	}
	for n := min(len(c), len(l)); n > 0; n-- {
		if slices.Equal(c[len(c)-n:], l[:n]) {
			return strings.Join(l[n:], "-")
		}
	}
	return strings.Join(l, "-")
}

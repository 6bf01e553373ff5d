package ansible

// backendRules is what each module is asked for on backendHost.
var backendRules = map[string]string{
	"firewalld": `
rich_rule=rule family="ipv4" source address="192.0.2.10" port port="389" protocol="tcp" accept
rich_rule=rule family="ipv4" source address="198.51.100.0/24" port port="3868" protocol="sctp" accept
rich_rule=rule family="ipv4" source address="198.51.100.0/24" port port="5000-5010" protocol="udp" accept
rich_rule=rule family="ipv4" source address="198.51.100.0/24" port port="6000" protocol="tcp" accept
rich_rule=rule family="ipv4" source address="198.51.100.0/24" port port="8444" protocol="tcp" accept
rich_rule=rule family="ipv4" source address="198.51.100.0/24" protocol value="50" accept
rich_rule=rule family="ipv4" source address="198.51.100.0/24" protocol value="icmp" accept
rich_rule=rule family="ipv6" source address="2001:db8:1::/64" port port="3868" protocol="sctp" accept
rich_rule=rule family="ipv6" source address="2001:db8:1::/64" port port="5000-5010" protocol="udp" accept
rich_rule=rule family="ipv6" source address="2001:db8:1::/64" port port="6000" protocol="tcp" accept
rich_rule=rule family="ipv6" source address="2001:db8:1::/64" port port="8444" protocol="tcp" accept
rich_rule=rule family="ipv6" source address="2001:db8:1::/64" protocol value="50" accept
rich_rule=rule family="ipv6" source address="2001:db8:1::/64" protocol value="ipv6-icmp" accept
rich_rule=rule family="ipv6" source address="2001:db8::10" port port="389" protocol="tcp" accept`,
	"ufw": `
direction=in from_ip=192.0.2.10 proto=tcp to_ip=any to_port=389
direction=in from_ip=198.51.100.0/24 proto=esp to_ip=any
direction=in from_ip=198.51.100.0/24 proto=tcp to_ip=any to_port=6000
direction=in from_ip=198.51.100.0/24 proto=tcp to_ip=any to_port=8444
direction=in from_ip=198.51.100.0/24 proto=udp to_ip=any to_port=5000:5010
direction=in from_ip=2001:db8:1::/64 proto=esp to_ip=any
direction=in from_ip=2001:db8:1::/64 proto=tcp to_ip=any to_port=6000
direction=in from_ip=2001:db8:1::/64 proto=tcp to_ip=any to_port=8444
direction=in from_ip=2001:db8:1::/64 proto=udp to_ip=any to_port=5000:5010
direction=in from_ip=2001:db8::10 proto=tcp to_ip=any to_port=389
direction=out from_ip=any proto=tcp to_ip=192.0.2.10 to_port=389
direction=out from_ip=any proto=tcp to_ip=2001:db8::10 to_port=389
direction=out from_ip=any proto=udp to_ip=224.0.0.251 to_port=5353`,
	"iptables": `
chain=INPUT destination_port=3868 ip_version=ipv4 protocol=sctp source=198.51.100.0/24
chain=INPUT destination_port=3868 ip_version=ipv6 protocol=sctp source=2001:db8:1::/64
chain=INPUT destination_port=389 ip_version=ipv4 protocol=tcp source=192.0.2.10
chain=INPUT destination_port=389 ip_version=ipv6 protocol=tcp source=2001:db8::10
chain=INPUT destination_port=5000:5010 ip_version=ipv4 protocol=udp source=198.51.100.0/24
chain=INPUT destination_port=5000:5010 ip_version=ipv6 protocol=udp source=2001:db8:1::/64
chain=INPUT destination_port=6000 ip_version=ipv4 protocol=tcp source=198.51.100.0/24
chain=INPUT destination_port=6000 ip_version=ipv6 protocol=tcp source=2001:db8:1::/64
chain=INPUT destination_port=8444 ip_version=ipv4 protocol=tcp source=198.51.100.0/24
chain=INPUT destination_port=8444 ip_version=ipv6 protocol=tcp source=2001:db8:1::/64
chain=INPUT icmp_type=128 ip_version=ipv6 protocol=icmpv6 source=2001:db8:1::/64
chain=INPUT icmp_type=8/0 ip_version=ipv4 protocol=icmp source=198.51.100.0/24
chain=INPUT ip_version=ipv4 protocol=50 source=198.51.100.0/24
chain=INPUT ip_version=ipv6 protocol=50 source=2001:db8:1::/64
chain=OUTPUT destination=192.0.2.10 destination_port=389 ip_version=ipv4 protocol=tcp
chain=OUTPUT destination=2001:db8::10 destination_port=389 ip_version=ipv6 protocol=tcp
chain=OUTPUT destination=224.0.0.251 destination_port=5353 ip_version=ipv4 protocol=udp`,
	"windows": `
description=all: Talk / all direction=in icmp_type_code=[128:*] protocol=icmpv6 remoteip=2001:db8:1::/64
description=all: Talk / all direction=in icmp_type_code=[8:0] protocol=icmpv4 remoteip=198.51.100.0/24
description=all: Talk / all direction=in localport=5000-5010 protocol=udp remoteip=198.51.100.0/24,2001:db8:1::/64
description=all: Talk / all direction=in localport=6000 protocol=tcp remoteip=198.51.100.0/24,2001:db8:1::/64
description=all: Talk / all direction=in localport=8444 protocol=tcp remoteip=198.51.100.0/24,2001:db8:1::/64
description=all: Talk / all direction=in protocol=132 remoteip=198.51.100.0/24,2001:db8:1::/64
description=all: Talk / all direction=in protocol=50 remoteip=198.51.100.0/24,2001:db8:1::/64
description=find: Talk / find direction=out protocol=udp remoteip=224.0.0.251 remoteport=5353
description=lookup: Talk / lookup direction=in localport=389 protocol=tcp remoteip=192.0.2.10,2001:db8::10
description=lookup: Talk / lookup direction=out protocol=tcp remoteip=192.0.2.10,2001:db8::10 remoteport=389`,
}

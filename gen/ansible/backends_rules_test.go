package ansible

// wantedSockets lists what the playbook permits on each host of TestWanted.
var wantedSockets = map[string]string{
	"a": `
in 50 198.51.100.0/24 [demo/all]
in 50 2001:db8:1::/64 [demo/all]
in icmp 8/0 198.51.100.0/24 [demo/all]
in icmpv6 128 2001:db8:1::/64 [demo/all]
in sctp 3868 198.51.100.0/24 [demo/all]
in sctp 3868 2001:db8:1::/64 [demo/all]
in tcp 389 192.0.2.10/32 [demo/lookup]
in tcp 389 2001:db8::10/128 [demo/lookup]
in tcp 6000 198.51.100.0/24 [demo/all]
in tcp 6000 2001:db8:1::/64 [demo/all]
in tcp 8444 198.51.100.0/24 [demo/all]
in tcp 8444 2001:db8:1::/64 [demo/all]
in tcp from 1024-65535 6443 198.51.100.0/24 [demo/choose]
in tcp from 1024-65535 6443 2001:db8:1::/64 [demo/choose]
in tcp from 8444 8444 198.51.100.0/24 [demo/same]
in tcp from 8444 8444 2001:db8:1::/64 [demo/same]
in udp 5000-5010 198.51.100.0/24 [demo/all]
in udp 5000-5010 2001:db8:1::/64 [demo/all]
out tcp 389 192.0.2.10/32 [demo/lookup]
out tcp 389 2001:db8::10/128 [demo/lookup]
out udp 5353 224.0.0.251/32 [demo/find]`,
	"nobody": `
in tcp 389 192.0.2.10/32 [demo/lookup]
in tcp 389 2001:db8::10/128 [demo/lookup]
out tcp 389 192.0.2.10/32 [demo/lookup]
out tcp 389 2001:db8::10/128 [demo/lookup]
out udp 5353 224.0.0.251/32 [demo/find]`,
	"within": `
in tcp 389 192.0.2.10/32 [demo/lookup]
in tcp 389 2001:db8::10/128 [demo/lookup]
out tcp 389 192.0.2.10/32 [demo/lookup]
out tcp 389 2001:db8::10/128 [demo/lookup]
out udp 5353 224.0.0.251/32 [demo/find]
in 50 192.0.2.0/24 [demo/all]
in icmp 8/0 192.0.2.0/24 [demo/all]
in sctp 3868 192.0.2.0/24 [demo/all]
in tcp 6000 192.0.2.0/24 [demo/all]
in tcp 8444 192.0.2.0/24 [demo/all]
in tcp from 8444 8444 192.0.2.0/24 [demo/same]
in udp 5000-5010 192.0.2.0/24 [demo/all]`,
	"all": `
in tcp 389 192.0.2.10/32 [demo/lookup]
in tcp 389 2001:db8::10/128 [demo/lookup]
out tcp 389 192.0.2.10/32 [demo/lookup]
out tcp 389 2001:db8::10/128 [demo/lookup]
out udp 5353 224.0.0.251/32 [demo/find]
in 50 0.0.0.0/0 [demo/all]
in 50 ::/0 [demo/all]
in icmp 8/0 0.0.0.0/0 [demo/all]
in icmpv6 128 ::/0 [demo/all]
in sctp 3868 0.0.0.0/0 [demo/all]
in sctp 3868 ::/0 [demo/all]
in tcp 6000 0.0.0.0/0 [demo/all]
in tcp 6000 ::/0 [demo/all]
in tcp 8444 0.0.0.0/0 [demo/all]
in tcp 8444 ::/0 [demo/all]
in tcp from 8444 8444 0.0.0.0/0 [demo/same]
in tcp from 8444 8444 ::/0 [demo/same]
in udp 5000-5010 0.0.0.0/0 [demo/all]
in udp 5000-5010 ::/0 [demo/all]`,
}

// windowsRules are the rules that Windows is asked for on backendHost.
const windowsRules = `
description=portspec/demo: demo/all direction=in icmp_type_code=[128:*] name=portspec/demo in icmpv6 128 protocol=icmpv6 remoteip=2001:db8:1::/64
description=portspec/demo: demo/all direction=in icmp_type_code=[8:0] name=portspec/demo in icmp 8/0 protocol=icmpv4 remoteip=198.51.100.0/24
description=portspec/demo: demo/all direction=in localport=5000-5010 name=portspec/demo in udp 5000-5010 protocol=udp remoteip=198.51.100.0/24,2001:db8:1::/64
description=portspec/demo: demo/all direction=in localport=6000 name=portspec/demo in tcp 6000 protocol=tcp remoteip=198.51.100.0/24,2001:db8:1::/64
description=portspec/demo: demo/all direction=in localport=8444 name=portspec/demo in tcp 8444 protocol=tcp remoteip=198.51.100.0/24,2001:db8:1::/64
description=portspec/demo: demo/all direction=in name=portspec/demo in 50 protocol=50 remoteip=198.51.100.0/24,2001:db8:1::/64
description=portspec/demo: demo/all direction=in name=portspec/demo in sctp 3868 protocol=132 remoteip=198.51.100.0/24,2001:db8:1::/64
description=portspec/demo: demo/find direction=out name=portspec/demo out udp 5353 protocol=udp remoteip=224.0.0.251 remoteport=5353
description=portspec/demo: demo/lookup direction=in localport=389 name=portspec/demo in tcp 389 protocol=tcp remoteip=192.0.2.10,2001:db8::10
description=portspec/demo: demo/lookup direction=out name=portspec/demo out tcp 389 protocol=tcp remoteip=192.0.2.10,2001:db8::10 remoteport=389`

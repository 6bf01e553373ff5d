#
# Filters for the tasks: they turn what a host lets in and out into rules of its
# firewall, and compare these with the present rules to find what must change.
# They only read and return data; commands are run by the tasks.
"""Filters that turn lists of portspec into rules of a firewall."""
import ipaddress
import re
import shlex

from ansible.errors import AnsibleFilterError

# The IP protocols that ufw knows by name.
UFW_PROTOCOLS = {"tcp": "tcp", "udp": "udp", "2": "igmp", "41": "ipv6", "47": "gre", "50": "esp", "51": "ah"}

# The names by which iptables prints protocols.
IPTABLES_PROTOCOLS = {
    "icmpv6": "ipv6-icmp", "2": "igmp", "41": "ipv6", "47": "gre", "50": "esp", "51": "ah",
    "88": "eigrp", "89": "ospf", "94": "ipip", "103": "pim", "108": "ipcomp", "112": "vrrp", "115": "l2tp",
}

# The fields of a rule that get into commands: ids and numbers, no text.
FIELDS = ("name", "direction", "protocol", "source_ports", "icmp_type", "icmp_code", "family", "product", "flow")

LONGEST_COMMENT = 250  # iptables silently cuts comments of more than 255 bytes


def refused(features, chosen, components, named):
    """List errors in what a site says about a product: unknown components and features,
    features without a choice, and values that are not options of their feature.
    """
    problems = ["%s is not a component; the components are %s" % (name, ", ".join(components)) for name in named if name not in components]
    undecided = [f for f in features if f not in chosen] + [f for f in chosen if f not in features]
    if undecided:
        problems.append("Undecided or unknown features: " + ", ".join(undecided))
    for feature, value in chosen.items():
        if feature not in features:
            continue
        several = not isinstance(value, str)
        values = value if isinstance(value, list) else [value]
        if several != features[feature]["several"] or any(v not in features[feature]["options"] for v in values):
            problems.append("%s cannot be %s; write on and off in quotes, and a list if several options can be chosen" % (feature, value))
    return problems


def shared(rules, runs, met, features, chosen):
    """Find what changes on a host that runs components, under the conditions that are met.

    The result has met; in moved, the ports that differ, by component and listener; in
    closed, the sockets (component.listener) that are not opened; and in refused, what
    features need, and which components cannot share a host.
    """
    problems = ["%s needs %s" % (name, " and ".join(feature["needs"])) for name, feature in features.items()
                if chosen[name] != "off" and not set(feature["needs"]) <= set(met)]
    moved, closed = {}, []
    for rule in rules.values():
        if not (set(rule["together"]) <= set(runs) and set(rule["when"]) <= set(met)):
            continue
        if rule["forbid"]:
            problems.append("%s cannot share a host. %s" % (" and ".join(rule["together"]), rule["reason"]))
        for component, ports in rule["move"].items():
            moved.setdefault(component, {}).update(ports)
        for component, listeners in rule["close"].items():
            closed += ["%s.%s" % (component, listener) for listener in listeners]
    return {"met": met, "moved": moved, "closed": closed, "refused": problems}


def asked(rules, ports, addresses, closed, prefix):
    """Fill the ports and addresses of a host into the rules of a product.

    ports are those that differ, and addresses those of components, both by
    component; closed lists the sockets (component.listener) that are not opened.
    The result has the complete rules and, in missing, what the others lack: what
    to do, followed by the names of the rules.
    """
    made, missing = [], {}

    def lacks(rule, why):
        names = missing.setdefault(why, [])
        if rule["name"] not in names:
            names.append(rule["name"])

    for rule in rules:
        component, listener = rule["component"], rule["listener"]
        way = rule.get("way", "forth")
        if rule["direction"] == "in" and way == "forth" and component + "." + listener in closed:
            continue
        given = None if way == "reply" else (ports.get(component) or {}).get(listener)
        option = "%s_changes.%s.%s" % (prefix, component, listener)
        if "one_of" in rule:
            choices = [str(p) for p in rule["one_of"]]
            if given is None or str(given) not in choices:
                lacks(rule, "set %s to the port that is in use, %s" % (option, " or ".join(choices)))
                continue
        port = rule.get("port", "") if given is None else given
        if port == "" and rule["protocol"] in ("tcp", "udp", "sctp"):
            where = "" if way == "reply" else ": if it was fixed, set %s to it" % option
            lacks(rule, "the port is not known" + where)
            continue
        found = {field: rule[field] for field in FIELDS if field in rule}
        found["port"] = port
        if rule.get("same_port"):
            found["source_ports"] = [port]
        if rule["direction"] == "out" and "delivery" in rule:
            if "groups" not in rule or "broadcast" in rule["groups"]:
                lacks(rule, "the broadcast address depends on the host's network: write the rule by hand")
                continue
            made.append(dict(found, addresses=list(rule["groups"])))
            continue
        at = []
        for end in (rule["from"] if rule["direction"] == "in" else rule["to"]) + rule.get("via", []):
            if end in addresses:
                at.extend([addresses[end]] if isinstance(addresses[end], str) else addresses[end])
            else:
                lacks(rule, "set %s_addresses.%s to the addresses of the other end" % (prefix, end))
        if at:
            made.append(dict(found, addresses=at))
    return {"rules": made, "missing": ["%s, for %s" % (why, "; ".join(names)) for why, names in missing.items()]}


def network(address):
    """Parse an address or network; bits beyond the mask are an error."""
    try:
        interface = ipaddress.ip_interface(str(address))
    except ValueError:
        raise AnsibleFilterError("%s is neither an address nor a network" % address) from None
    if interface.ip != interface.network.network_address:
        raise AnsibleFilterError("%s is a host in a network: write %s for the host, or %s for the network"
                                 % (address, interface.ip, interface.network))
    if interface.ip.is_unspecified and interface.network.prefixlen == interface.max_prefixlen:
        raise AnsibleFilterError("%s is not the address of a host: write %s/0 for all addresses" % (address, interface.ip))
    mapped = getattr(interface.ip, "ipv4_mapped", None)
    if mapped is not None and interface.network.prefixlen >= 96:
        return ipaddress.ip_network("%s/%d" % (mapped, interface.network.prefixlen - 96))
    return interface.network


def sockets(rules):
    """Merge rules into one for each socket and peer, which names its flows."""
    merged = {}
    for rule in rules:
        icmp = ""
        if "icmp_type" in rule:
            icmp = str(rule["icmp_type"]) + ("/%s" % rule["icmp_code"] if "icmp_code" in rule else "")
        family = {"ipv4": 4, "ipv6": 6}.get(rule.get("family"), 0)
        flow = ("%s/%s" % (rule["product"], rule["flow"])).replace("_", "-")
        for source in rule.get("source_ports") or [""]:
            key = (rule["direction"], str(rule["protocol"]), str(rule.get("port", "")), str(source), icmp)
            peers = merged.setdefault(key, {})
            for address in rule["addresses"]:
                peer = network(address)
                if family in (0, peer.version):
                    peers.setdefault(peer, set()).add(flow)
    result = []
    for key in sorted(merged, key=lambda k: [[int(n) if n.isdigit() else n for n in re.split(r"(\d+)", f)] for f in k]):
        peers = merged[key]
        kept = {}
        # An address in a permitted network needs no rule.
        for peer in sorted(peers, key=lambda p: (p.version, p.prefixlen, p.network_address)):
            around = next((k for k in kept if k.version == peer.version and peer.subnet_of(k)), peer)
            kept.setdefault(around, set()).update(peers[peer])
        if kept:
            direction, protocol, port, source, icmp = key
            result.append({
                "direction": direction, "protocol": protocol, "port": port, "source": source, "icmp": icmp,
                "peers": [{"address": str(p), "flows": sorted(kept[p])}
                          for p in sorted(kept, key=lambda p: (p.version, p.network_address, p.prefixlen))],
            })
    return result


def others(rules, host):
    """Remove from the rules that alike hosts share what is not for a host, such as its own addresses."""
    own = host["addresses"] if host.get("alike") else []
    result = []
    for rule in rules:
        if host["id"] not in rule.get("hosts", [host["id"]]):
            continue
        addresses = [address for address in rule["addresses"] if address not in own]
        if addresses:
            result.append(dict(rule, addresses=addresses))
    return result


def comment(mark, flows):
    """Name as many of the flows as fit into a comment."""
    text = mark + ": " + ", ".join(flows)
    for n in range(len(flows) - 1, 0, -1):
        if len(text) <= LONGEST_COMMENT:
            break
        text = "%s: %s and %d more" % (mark, ", ".join(flows[:n]), len(flows) - n)
    return text[:LONGEST_COMMENT]


def is_ours(line, mark):
    """Report whether a rule of iptables or ufw has a comment of portspec's."""
    return '--comment "%s: ' % mark in line or " comment '%s: " % mark in line


def parts(lines):
    """Return the lines below each line "==> TITLE", by title."""
    result = {}
    for line in lines:
        if line.startswith("==> "):
            under = result.setdefault(line[4:], [])
        else:
            under.append(line)
    return result


def iptables_rules(listed, mark, version):
    """Write rules as iptables -S prints them."""
    lines = []
    for s in listed:
        for peer in s["peers"]:
            address = ipaddress.ip_network(peer["address"])
            if address.version != version:
                continue
            incoming = s["direction"] == "in"
            words = ["-A", "PORTSPEC-IN" if incoming else "PORTSPEC-OUT"]
            if address.prefixlen > 0:
                words += ["-s" if incoming else "-d", str(address)]
            words += ["-p", IPTABLES_PROTOCOLS.get(s["protocol"], s["protocol"])]
            if s["port"] or s["source"]:
                words += ["-m", s["protocol"]]
            if s["source"]:
                words += ["--sport", s["source"].replace("-", ":")]
            if s["port"]:
                words += ["--dport", s["port"].replace("-", ":")]
            if s["icmp"]:
                words += ["-m", "icmp6", "--icmpv6-type", s["icmp"]] if s["protocol"] == "icmpv6" else ["-m", "icmp", "--icmp-type", s["icmp"]]
            words += ["-m", "comment", "--comment", '"%s"' % comment(mark, peer["flows"]), "-j", "ACCEPT"]
            lines.append(" ".join(words))
    return lines


def iptables_plan(listed, current, mark, version, saved):
    """Compare with what iptables -S prints, and return the input for iptables-restore.

    A kernel without IPv6 prints nothing, and gets no rules.
    """
    wanted = iptables_rules(listed, mark, version)
    chains = [line for line in current if line.startswith(("-A PORTSPEC-IN ", "-A PORTSPEC-OUT "))]
    own = [line for line in chains if is_ours(line, mark)]
    others = [line for line in chains if line not in own]
    jumps = [line for line in ("-A INPUT -j PORTSPEC-IN", "-A OUTPUT -j PORTSPEC-OUT") if line not in current]
    new = [c for c in ("PORTSPEC-IN", "PORTSPEC-OUT") if "-N " + c not in current]
    plan = {
        "add": [line for line in wanted if line not in own],
        "remove": [line for line in own if line not in wanted],
    }
    plan["differs"] = own != wanted or bool(wanted and (jumps or new))
    plan["restore"] = "\n".join(
        ["*filter", ":PORTSPEC-IN - [0:0]", ":PORTSPEC-OUT - [0:0]"] + others + wanted
        + [line.replace("-A", "-I", 1) for line in jumps] + ["COMMIT", ""])
    name = "iptables" if version == 4 else "ip6tables"
    plan["script"] = "%s-restore -w --noflush <<'END'\n%sEND\n" % (name, plan["restore"]) if plan["differs"] else ""
    warnings = []
    inputs = [line for line in current if line.startswith("-A INPUT ")]
    ends = inputs and re.fullmatch(r"-A INPUT -j (DROP|REJECT\b.*)", inputs[-1])
    if "-P INPUT ACCEPT" in current and not ends:
        warnings.append("%s: the policy of INPUT is ACCEPT, and no last rule drops the rest: everything is let in" % name)
    elif current and not any("ESTABLISHED" in line for line in inputs):
        warnings.append("%s: no rule of INPUT accepts answers (--ctstate ESTABLISHED)" % name)
    if set(others + wanted) != {line for line in saved if line.startswith("-A PORTSPEC-")}:
        warnings.append("%s: a restart does not load these rules: save them, for example with "
                        "netfilter-persistent save, or service %s save" % (name, name))
    plan["warnings"] = warnings
    return plan


def halves(peers):
    """List addresses and their flows, with all addresses of one family as two halves.

    Firewalls with rules for both families would read all of one as all of both.
    """
    addresses = [ipaddress.ip_network(p["address"]) for p in peers]
    everybody = [a for a in addresses if a.prefixlen == 0]
    flows = {str(a): p["flows"] for a, p in zip(addresses, peers)}
    for address in addresses:
        if len(everybody) == 2 and address.prefixlen == 0:
            if address.version == 4:
                yield "any", sorted(set(flows["0.0.0.0/0"]) | set(flows["::/0"]))
            continue
        for part in address.subnets() if address.prefixlen == 0 else [address]:
            yield (str(part.network_address) if part.prefixlen == part.max_prefixlen else str(part)), flows[str(address)]


def ufw_rules(listed, mark):
    """Write rules as ufw show added prints them; what ufw cannot express is left out."""
    lines = []
    for s in listed:
        if s["protocol"] not in UFW_PROTOCOLS:
            continue
        protocol, port, source = UFW_PROTOCOLS[s["protocol"]], s["port"].replace("-", ":"), s["source"].replace("-", ":")
        way = "" if s["direction"] == "in" else " out"
        for peer, flows in halves(s["peers"]):
            if peer == "any" and port and not source:
                line = "allow%s %s/%s" % (way, port, protocol)
            else:
                ends = []
                for word, address, number in (("from", peer if not way else "any", source), ("to", peer if way else "any", port)):
                    if address != "any" or number:
                        ends += [word, address] + (["port", number] if number else [])
                line = "allow%s %s proto %s" % (way, " ".join(ends or ["to", "any"]), protocol)
            lines.append("ufw %s comment '%s'" % (line, comment(mark, flows)))
    return lines


def ufw_defaults(outgoing, active, defaults):
    """List the commands with which ufw drops what no rule permits; outgoing packets, if outgoing is listed."""
    policies = dict(re.findall(r'^DEFAULT_(INPUT|OUTPUT)_POLICY="?(\w+)', "\n".join(defaults), re.M))
    commands = []
    if policies.get("INPUT") not in ("DROP", "REJECT"):
        commands.append("ufw default deny incoming")
    if outgoing == "free" and policies.get("OUTPUT") != "ACCEPT":
        commands.append("ufw default allow outgoing")
    if outgoing == "listed" and policies.get("OUTPUT") not in ("DROP", "REJECT"):
        commands.append("ufw default deny outgoing")
    return commands if active else commands + ["ufw --force enable"]


def ufw_plan(listed, current, status, mark, defaults, outgoing):
    """Compare with what ufw show added and ufw status verbose print.

    outgoing is free or listed if ufw must drop the rest, and empty if its defaults do
    not change; defaults are the lines of its configuration.
    """
    def bare(line):
        return line.split(" comment '")[0]

    current = [line for line in current if line.startswith("ufw ")]
    own = [line for line in current if is_ours(line, mark)]
    others = {bare(line) for line in current if line not in own}
    wanted = [line for line in ufw_rules(listed, mark) if bare(line) not in others]
    kept = {bare(line) for line in wanted}
    warnings = []
    active = "Status: active" in status
    if outgoing:
        pass  # it will be active, and drop the rest
    elif not active:
        warnings.append("ufw is not active: its rules have no effect until ufw enable")
    elif any(re.match(r"Default: allow \(incoming\)", line) for line in status):
        warnings.append("ufw: the default for incoming packets is allow: everything is let in")
    for s in listed:
        if s["protocol"] not in UFW_PROTOCOLS:
            flows = sorted({flow for peer in s["peers"] for flow in peer["flows"]})
            warnings.append("ufw cannot permit %s%s, for %s: write that rule by hand, in before.rules and before6.rules"
                            % (s["protocol"], " " + s["port"] if s["port"] else "", ", ".join(flows)))
    add = [line for line in wanted if line not in own]
    remove = [bare(line) for line in own if bare(line) not in kept]
    rest = ufw_defaults(outgoing, active, defaults) if outgoing else []
    # One script, so that it completes even if the connection is lost.
    commands = [shlex.split(line) for line in add]
    commands += [["ufw", "delete", *shlex.split(line)[1:]] for line in remove]
    commands += [line.split() for line in rest]
    return {
        "add": add, "remove": remove, "rest": rest, "warnings": warnings,
        "script": "".join(shlex.join(words) + "\n" for words in commands),
    }


def firewalld_rules(listed):
    """Write rich rules as firewalld prints them. It filters what comes in."""
    lines = []
    for s in listed:
        if s["direction"] != "in":
            continue
        protocol = "ipv6-icmp" if s["protocol"] == "icmpv6" else s["protocol"]
        element = 'port port="%s" protocol="%s"' % (s["port"], protocol) if s["port"] else 'protocol value="%s"' % protocol
        for peer in s["peers"]:
            address = ipaddress.ip_network(peer["address"])
            source = ""
            if address.prefixlen > 0:
                at = address.network_address if address.prefixlen == address.max_prefixlen else address
                source = ' source address="%s"' % at
            line = 'rule family="ipv%d"%s %s accept' % (address.version, source, element)
            if line not in lines:  # all ICMP messages share a rule, and so do all source ports
                lines.append(line)
    return lines


def firewalld_plan(listed, printed):
    """Compare with what firewalld has.

    printed has, by their titles, the lines of "record FILE", which of portspec's rules
    are in which zone; of each "target ZONE" that is to have rules; and of the "rules ZONE
    COMMAND" that the command prints. A rule that was there before portspec wanted it is
    not portspec's. The script first adds to the record what is going to be portspec's,
    so that rules have an owner should it be interrupted.
    """
    record, recorded = next((title[len("record "):], lines) for title, lines in printed.items() if title.startswith("record "))
    zones = [title[len("target "):] for title in printed if title.startswith("target ")]
    current = [(*title.split(" ", 2)[1:], lines) for title, lines in printed.items() if title.startswith("rules ")]
    wanted = ["%s %s" % (zone, rule) for zone in zones for rule in firewalld_rules(listed)]
    present, commands, add, remove = set(), [], [], []
    for zone, command, lines in current:
        rules = ["%s %s" % (zone, rule) for rule in lines]
        present.update(rules)
        for option, change, shown in (
            ("--add-rich-rule", [w for w in wanted if w.startswith(zone + " ") and w not in rules], add),
            ("--remove-rich-rule", [r for r in rules if r in recorded and r not in wanted], remove),
        ):
            shown.extend(c for c in change if c not in shown)
            for n in range(0, len(change), 200):  # as many as fit into a command line
                commands.append([*command.split(), "--zone=" + zone, *(option + "=" + c[len(zone) + 1:] for c in change[n:n + 200])])
    own = [w for w in wanted if w in recorded or w not in present]
    new = [w for w in own if w not in recorded]
    owned, kept = recorded + new, [r for r in recorded if r in own] + new
    script = write_lines(record, owned) if owned != recorded else ""
    script += "".join(shlex.join(words) + "\n" for words in commands)
    if kept != owned:
        script += write_lines(record, kept)
    warnings = ["The target of zone %s is ACCEPT: everything is let in from there" % zone
                for zone in zones if printed["target " + zone] == ["ACCEPT"]]
    if any(command == "firewall-offline-cmd" for _, command, _ in current):
        warnings.append("firewalld does not run: its rules are written, and filter nothing until it is started")
    return {"add": add, "remove": remove, "commands": commands, "script": script, "warnings": warnings}


def write_lines(path, lines):
    """Return a script that replaces a world-readable file, or removes it if there are no lines."""
    if not lines:
        return "rm -f %s\n" % shlex.quote(path)
    return "umask 022\nmkdir -p %s\nprintf '%%s\\n' %s >%s\nmv %s %s\n" % (
        shlex.quote(path.rpartition("/")[0]), shlex.join(lines), *map(shlex.quote, (path + ".new", path + ".new", path)))


def windows_name(socket, mark):
    """Return the name by which the rule of a socket is found again in Windows."""
    words = [mark, socket["direction"], socket["protocol"], socket["port"], socket["icmp"]]
    return " ".join(w for w in words if w) + (" from " + socket["source"] if socket["source"] else "")


def remote(peers):
    """List the other ends of a socket in the notation of Windows."""
    return [address for address, _ in halves(peers)]


def kept(paths, texts):
    """Return generated rules by the names that firewall.sh uses; the files of firewalld are one."""
    if not paths[0].endswith(".xml"):
        return {"rules." + path.rsplit(".", 1)[1]: text for path, text in zip(paths, texts)}
    packed = ["==> %s <==\n%s" % ("/".join(path.split("/")[-2:]), text) for path, text in zip(paths, texts)]
    return {"rules.firewalld": "".join(packed)}


class FilterModule:
    """Return the filters by name."""

    def filters(self):
        return {
            "portspec_refused": refused,
            "portspec_shared": shared,
            "portspec_asked": asked,
            "portspec_parts": parts,
            "portspec_sockets": sockets,
            "portspec_others": others,
            "portspec_comment": comment,
            "portspec_iptables": iptables_plan,
            "portspec_ufw": ufw_plan,
            "portspec_firewalld": firewalld_plan,
            "portspec_kept": kept,
            "portspec_windows_name": windows_name,
            "portspec_remote": remote,
        }

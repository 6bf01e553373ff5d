# Sets the firewall of this network namespace as firewalld does, by firewalld's own code,
# without its daemon and D-Bus. Standard input is the files of /etc/firewalld as JSON: a
# text for each path.
import json
import os
import sys
import tempfile

import firewall.config
from firewall.core.logger import log

complaints = []
for name in ("warning", "error", "fatal", "exception"):
    setattr(log, name, lambda text="", *args: complaints.append(str(text) % args if args else str(text)))

with tempfile.TemporaryDirectory() as etc:
    for path, text in json.load(sys.stdin).items():
        path = os.path.join(etc, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    firewall.config.set_system_config_paths(etc)
    from firewall.core.fw import Firewall

    daemon = Firewall()
    daemon.start()
    # Of the kernel's ipsets, which it would use with iptables only.
    complaints = [text for text in complaints if "ipset not usable" not in text]
    if daemon.get_state() != "RUNNING" or daemon.get_default_zone() != "portspec":
        complaints.append(f"state {daemon.get_state()}, default zone {daemon.get_default_zone()}")
if complaints:
    sys.exit("\n".join(complaints))

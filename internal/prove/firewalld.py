# Sets the firewalls of network namespaces as firewalld does, by firewalld's own code, without
# its daemon and D-Bus. Each line of standard input is JSON: a network namespace, and the files of
# /etc/firewalld, as a text for each path. The answer is a line with firewalld's complaints, as
# JSON. Reading firewalld's code takes longer than setting rules, so it is read once, and a process
# forks for each line.
import ctypes
import json
import os
import sys
import tempfile

import firewall.config
from firewall.core.fw import Firewall
from firewall.core.logger import log

CLONE_NEWNET = 0x40000000
libc = ctypes.CDLL(None, use_errno=True)
answers = open(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)  # firewalld prints there


def enter(network):
    with open(network, encoding="utf-8") as file:
        if libc.setns(file.fileno(), CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "entering a network namespace")


def load(files):
    complaints = []
    for name in ("warning", "error", "fatal", "exception"):
        setattr(log, name, lambda text="", *args: complaints.append(str(text) % args if args else str(text)))
    with tempfile.TemporaryDirectory() as etc:
        for path, text in files.items():
            path = os.path.join(etc, path)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        firewall.config.set_system_config_paths(etc)
        daemon = Firewall()
        # Only direct rules need these programs, and portspec makes none.
        daemon.ip4tables_enabled = daemon.ip6tables_enabled = daemon.ebtables_enabled = False
        daemon.start()
        # Complaints about the kernel's ipsets do not matter: firewalld uses these only with iptables.
        complaints = [text for text in complaints if "ipset not usable" not in text]
        if daemon.get_state() != "RUNNING" or daemon.get_default_zone() != "portspec":
            complaints.append(f"state {daemon.get_state()}, default zone {daemon.get_default_zone()}")
    return complaints


def answer(asked):
    try:
        enter(asked["network"])
        complaints = load(asked["files"])
    except Exception as error:
        complaints = [f"{type(error).__name__}: {error}"]
    print(json.dumps(complaints), file=answers, flush=True)
    os._exit(0)


for line in sys.stdin:
    child = os.fork()
    if child == 0:
        answer(json.loads(line))
    if os.waitpid(child, 0)[1] != 0:
        print(json.dumps(["firewalld's code crashed"]), file=answers, flush=True)

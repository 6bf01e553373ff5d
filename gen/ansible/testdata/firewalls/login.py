"""Connects as local does, but only while the host lets in a new connection of an administrator.

Like SSH with ControlPersist, it keeps a connection until it is reset.
"""
import subprocess
import sys

from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.connection.local import Connection as Local

DOCUMENTATION = '''
name: login
short_description: local, if an administrator could log in
description: See above.
author: portspec
options:
  network:
    description: The network namespace that administrators are in.
    vars: [{name: test_network}]
  source:
    description: The address of an administrator.
    vars: [{name: test_source}]
  address:
    description: The address of the host.
    vars: [{name: test_address}]
extends_documentation_fragment: [connection_pipelining]
'''

TRY = """
import socket, sys
try:
    socket.create_connection((sys.argv[2], 22), 2, (sys.argv[1], 0))
except ConnectionRefusedError:
    pass  # an answer of the host itself
"""


class Connection(Local):
    transport = "login"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.logged_in = False

    def exec_command(self, cmd, in_data=None, sudoable=True):
        if not self.logged_in:
            tried = subprocess.run(
                ["nsenter", "--net=" + self.get_option("network"), sys.executable, "-SIc", TRY, self.get_option("source"), self.get_option("address")],
                capture_output=True, text=True, check=False)
            if tried.returncode != 0:
                raise AnsibleConnectionFailure("no way in: " + tried.stderr.splitlines()[-1])
            self.logged_in = True
        return super().exec_command(cmd, in_data=in_data, sudoable=sudoable)

    def reset(self):
        self.logged_in = False

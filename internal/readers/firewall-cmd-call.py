#!/usr/bin/python3 -IS
# Takes the place of firewall-cmd in a namespace; see firewall-cmd.py.
import json
import os
import socket
import sys

connection = socket.socket(socket.AF_UNIX)
connection.connect("/run/firewall-cmd")
asked = {"arguments": sys.argv[1:], "environment": dict(os.environ), "folder": os.getcwd()}
socket.send_fds(connection, [json.dumps(asked).encode()], [0, 1, 2])
sys.exit(int(connection.recv(16) or 1))

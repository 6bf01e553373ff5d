# Runs Debian's firewall-cmd for the tests, which call it many times: most of a call is reading
# its code. It is read once here, and a process forks for each call. firewall-cmd-call.py takes
# the place of firewall-cmd, and connects to the socket that the argument names.
import ast
import json
import os
import signal
import socket
import sys
import traceback

PATH = "/usr/bin/firewall-cmd"
with open(PATH, encoding="utf-8") as file:
    tree = ast.parse(file.read(), PATH)
code = compile(tree, PATH, "exec")
imports = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
exec(compile(ast.Module(imports, []), PATH, "exec"), {})


def call(connection):
    message, files, _, _ = socket.recv_fds(connection, 1 << 20, 3)
    asked = json.loads(message)
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.chdir(asked["folder"])
    sys.argv = [PATH] + asked["arguments"]
    status = 0
    try:
        exec(code, {"__name__": "__main__"})
    except SystemExit as end:
        status = end.code or 0
        if isinstance(status, str):
            print(status, file=sys.stderr)
            status = 1
    except BaseException:
        traceback.print_exc()
        status = 1
    sys.stdout.flush()
    sys.stderr.flush()
    connection.sendall(str(status).encode())


listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1] + ".new")
listener.listen(16)
os.rename(sys.argv[1] + ".new", sys.argv[1])
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
while True:
    connection, _ = listener.accept()
    if os.fork() == 0:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        listener.close()
        try:
            call(connection)
        finally:
            os._exit(0)
    connection.close()

# Runs a Python program for the tests, which call it many times: most of a call is reading
# code. It is read once here, and a process forks for each call that forks-call.py makes.
#
#   forks.py SOCKET PROGRAM [MODULE...]
#
# With - as PROGRAM, each call brings its own on standard input, as for python3. MODULEs are
# imported beforehand, besides what PROGRAM imports itself.
import ast
import atexit
import importlib
import json
import os
import signal
import socket
import sys
import traceback

path, program, modules = sys.argv[1], sys.argv[2], sys.argv[3:]
code = None
if program != "-":
    with open(program, encoding="utf-8") as file:
        tree = ast.parse(file.read(), program)
    code = compile(tree, program, "exec")
    imports = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    exec(compile(ast.Module(imports, []), program, "exec"), {})
for module in modules:
    importlib.import_module(module)


def call(connection):
    message, files, _, _ = socket.recv_fds(connection, 1 << 20, 3)
    asked = json.loads(message)
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.chdir(asked["folder"])
    sys.argv = [program] + asked["arguments"]
    status = 0
    try:
        if not code and asked["arguments"]:
            sys.exit("forks.py runs only what comes on standard input, not %s" % asked["arguments"])
        exec(code or compile(sys.stdin.read(), program, "exec"), {"__name__": "__main__"})
    except SystemExit as end:
        status = end.code or 0
        if isinstance(status, str):
            print(status, file=sys.stderr)
            status = 1
    except BaseException:
        traceback.print_exc()
        status = 1
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    connection.sendall(str(status).encode())


listener = socket.socket(socket.AF_UNIX)
listener.bind(path + ".new")
listener.listen(16)
os.rename(path + ".new", path)
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

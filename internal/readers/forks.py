# Runs a Python program that tests call many times. Most of the time of a call would be spent on
# reading code, so the code is read once here, and a process forks for each call by forks-call.py.
#
#   forks.py SOCKET PROGRAM [MODULE...]
#
# With - as PROGRAM, each call has a program of its own, as for python3: on standard input, or in
# the file that its first argument names. MODULEs are imported in advance, besides what PROGRAM
# imports itself.
import ast
import atexit
import importlib
import marshal
import os
import signal
import socket
import sys
import traceback

path, program, modules = sys.argv[1], sys.argv[2], sys.argv[3:]


def parse(name):
    with open(name, encoding="utf-8") as file:
        return ast.parse(file.read(), name)


if program != "-":
    tree = parse(program)
    code = compile(tree, program, "exec")
    imports = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    exec(compile(ast.Module(imports, []), program, "exec"), {})
for module in modules:
    importlib.import_module(module)


def call(connection):
    message, files, _, _ = socket.recv_fds(connection, 1 << 20, 3)
    asked = marshal.loads(message)
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.environb.clear()
    os.environb.update(asked["environment"])
    os.chdir(asked["folder"])
    arguments, status = asked["arguments"], 0
    try:
        if program != "-":
            sys.argv, asked_code = [program] + arguments, code
        elif arguments:
            sys.argv, asked_code = arguments, compile(parse(arguments[0]), arguments[0], "exec")
        else:
            sys.argv, asked_code = [program], compile(sys.stdin.read(), program, "exec")
        exec(asked_code, {"__name__": "__main__"})
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

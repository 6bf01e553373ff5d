"""Keeps beside it what Python compiles of the files in archives, which Ansible makes anew for each module."""
import marshal
import os
import zipimport
import zlib

del os.environ["PYTHONPATH"]  # only modules need it, and not what they run
compile_source = zipimport._compile_source


def compile_once(path, source):
    name = "%s-%d-%08x" % (path.rpartition(".zip/")[2].replace("/", "."), len(source), zlib.crc32(source))
    kept = os.path.join(os.path.dirname(__file__), name)
    try:
        with open(kept, "rb") as f:
            return marshal.load(f)
    except FileNotFoundError:
        code = compile_source(path, source)
    new = "%s.%d" % (kept, os.getpid())
    with open(new, "wb") as f:
        marshal.dump(code, f)
    os.replace(new, kept)
    return code


zipimport._compile_source = compile_once

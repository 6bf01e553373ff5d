# Lets Capirca read the policies and definitions of a site, and prints the contents of each term:
# capirca-parse.py FOLDER
import json
import pathlib
import sys

from capirca.lib import naming, policy

definitions = naming.Naming(sys.argv[1] + "/def")
out = {}
for path in sorted(pathlib.Path(sys.argv[1], "pol").glob("*.pol")):
    parsed = policy.ParseFile(str(path), definitions, base_dir=sys.argv[1])
    if not parsed:
        sys.exit("%s: not a policy" % path)
    out[path.stem] = [
        {
            "name": term.name,
            "action": term.action[0],
            "comment": " ".join(term.comment),
            "sources": [str(a) for a in term.source_address],
            "destinations": [str(a) for a in term.destination_address],
            "protocols": term.protocol,
            "source_ports": term.source_port,
            "ports": term.destination_port,
            "types": term.icmp_type,
            "expiration": str(term.expiration or ""),
        }
        for _, terms in parsed.filters
        for term in terms
    ]
json.dump(out, sys.stdout)

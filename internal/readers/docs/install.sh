#!/bin/sh
# Installs the documentation generators that build what portspec generates, for make
# docs-test: Sphinx from Debian's packages, Docusaurus and Starlight from the npm registry.
# Hugo and MkDocs are installed with the other readers.
set -eu
cd "$(dirname "$0")"

if ! /usr/bin/python3 -c 'import sphinx, myst_parser, sphinxcontrib.mermaid' 2>/dev/null; then
	sudo=
	[ "$(id -u)" = 0 ] || sudo=sudo
	$sudo apt-get update -q
	DEBIAN_FRONTEND=noninteractive $sudo apt-get install -q -y --no-install-recommends python3-sphinx python3-myst-parser python3-sphinxcontrib-mermaid
fi

# npm ci starts over each time, so it runs only when the lock file changed.
stamp=node_modules/.installed
if ! cmp -s package-lock.json "$stamp"; then
	npm ci --ignore-scripts --no-audit --no-fund
	cp package-lock.json "$stamp"
fi

#!/bin/bash
# Runs a program with only these variables of the environment. Others may contain
# a job's secrets, or name the files by which a step affects later ones.
#
#   clean.sh PROGRAM [ARGUMENT...]

kept=()
for name in PATH HOME TMPDIR LANG PORTSPEC_CACHE XDG_CACHE_HOME XDG_CONFIG_HOME GIT_CONFIG_GLOBAL \
  SYSTEMROOT SYSTEMDRIVE WINDIR TEMP TMP USERPROFILE APPDATA LOCALAPPDATA PATHEXT COMSPEC; do
  [ -z "${!name+set}" ] || kept+=("$name=${!name}")
done
exec env -i "${kept[@]}" "$@"

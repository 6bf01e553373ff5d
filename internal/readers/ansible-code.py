# Imports what the programs of Ansible import, and the plugins that most playbooks use, for forks.py.
import atexit

import ansible.cli.adhoc
import ansible.cli.doc
import ansible.cli.inventory
import ansible.cli.playbook
from ansible.plugins import loader
from ansible.utils.path import cleanup_tmp_file

# The first run would delete the folder of temporary files, which all runs share.
atexit.unregister(cleanup_tmp_file)

for plugins, names in (
    (loader.action_loader, ("assert", "command", "copy", "debug", "fail", "include_vars", "normal", "set_fact", "wait_for_connection")),
    (loader.connection_loader, ("local",)),
    (loader.lookup_loader, ("file", "fileglob")),
    (loader.shell_loader, ("sh",)),
):
    for name in names:
        plugins.get(name, class_only=True)
for plugins in (loader.callback_loader, loader.filter_loader, loader.test_loader, loader.vars_loader):
    list(plugins.all(class_only=True))

"""Stands in for a firewall module in tests: notes what it was asked for."""
import json

from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    def run(self, tmp=None, task_vars=None):
        line = json.dumps({
            "host": task_vars["inventory_hostname"],
            "module": self._task.action,
            "args": self._task.args,
        })
        with open(task_vars["record"], "a") as f:
            f.write(line + "\n")
        return {"changed": False}

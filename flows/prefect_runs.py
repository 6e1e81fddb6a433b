"""Runs whose process was killed: Prefect shows them as running for ever; the next start says what became of them.

Comes in: the address of Prefect's API. Goes out: the runs of dead processes of this machine in state Crashed. Called by `serve` once the
server answers. The work itself needs no setting right: what was not loaded is taken up by the first run after the start.
"""

from __future__ import annotations

import json
import platform
from typing import Any

from flows.orchestration import opener_for, request_to
from flows.processes import is_running, own_mark

_SECONDS = 60.0
_UNFINISHED = {"any_": ["RUNNING", "PENDING", "CANCELLING", "SCHEDULED"]}
_CRASHED = {
    "type": "CRASHED",
    "name": "Crashed",
    "message": "The process was ended before the run was. Its files are taken up by a later run.",
}


def run_tag() -> str:
    """The tag of this process's runs."""
    return f"gongjiang:{platform.node()}:{own_mark()}"


def set_right(api: str) -> int:
    """Set runs to Crashed whose process is gone, their tasks with them; returns how many runs that was. Raises OSError, ValueError."""
    api = api.rstrip("/")
    runs = _post(f"{api}/flow_runs/filter", {"flow_runs": {"state": {"type": _UNFINISHED}}, "sort": "START_TIME_DESC"})
    dead = [run["id"] for run in runs if any(_is_of_dead_process(tag) for tag in run.get("tags", ()))]
    for number in dead:
        tasks = _post(f"{api}/task_runs/filter", {"flow_runs": {"id": {"any_": [number]}}, "task_runs": {"state": {"type": _UNFINISHED}}})
        for task in tasks:
            _post(f"{api}/task_runs/{task['id']}/set_state", {"state": _CRASHED, "force": True})
        _post(f"{api}/flow_runs/{number}/set_state", {"state": _CRASHED, "force": True})
    return len(dead)


def _is_of_dead_process(tag: str) -> bool:
    product, _, rest = tag.partition(":")
    node, _, mark = rest.rpartition(":")
    return product == "gongjiang" and node == platform.node() and not is_running(mark)


def _post(url: str, body: dict[str, Any]) -> Any:
    with opener_for(url).open(request_to(url, json.dumps(body).encode()), timeout=_SECONDS) as response:
        return json.load(response)

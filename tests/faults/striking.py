"""Who is killed, at what stage of whose work, and with which times."""

from tests.faults.machine import SERVICES
from tests.faults.processes import SECONDS, wait_until

VICTIMS = ("web", "web child", "worker", "worker child", "redis", "postgres", "postgres child")
STAGES = ("import", "transition", "outbox")


def strike(machine, victim, rng):
    """Kill, and start again whatever does not come back by itself. Waits for somebody to kill: between two requests there
    may be no backend, between two children no child."""
    name, _space, child = victim.partition(" ")
    if name == "postgres":
        if child:
            wait_until(lambda: machine.cluster.kill_one_backend(rng), SECONDS, "a backend to kill")
        else:
            machine.cluster.kill()
        machine.cluster.start()
    elif child:
        wait_until(lambda: machine.kill_child(name, rng), SECONDS, f"a child of {name} to kill")
    else:
        machine.kill(name)
        machine.start(name)
    for service in SERVICES:
        machine.wait_for(service)


def in_production_times(machine):
    """A worker that says nothing keeps its job for a minute, the sweep comes every half minute."""
    machine.set_times(lease=60, sweep=30)
    for name in ("worker", "beat"):
        machine.kill(name)
        machine.restart(name)

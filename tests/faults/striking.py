"""Who is killed, at what stage of whose work, and with which times."""

from tests.faults.machine import SERVICES

VICTIMS = ("web", "web child", "worker", "worker child", "redis", "postgres", "postgres child")
STAGES = ("import", "transition", "outbox")


def strike(machine, victim, rng):
    """Kill, and start again whatever does not come back by itself. Return whether there was anybody to kill."""
    name, _space, child = victim.partition(" ")
    if name == "postgres":
        if child:
            struck = machine.cluster.kill_one_backend(rng)
        else:
            machine.cluster.kill()
            struck = True
        machine.cluster.start()
    elif child:
        struck = machine.kill_child(name, rng)
    else:
        machine.kill(name)
        struck = True
        machine.start(name)
    for service in SERVICES:
        machine.wait_for(service)
    return struck


def in_production_times(machine):
    """A worker that says nothing keeps its job for a minute, the sweep comes every half minute."""
    machine.set_times(lease=60, sweep=30)
    for name in ("worker", "beat"):
        machine.kill(name)
        machine.restart(name)

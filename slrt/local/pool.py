"""The worker's processes where there is no Redis: any of them may be killed at any moment, and the others work on.

Celery's own pool for a broker of files lets all children read from one pipe, one at a time, by a semaphore. Whoever waits for
a task holds it; killed then, it never gives it back, and no child of that worker reads anything again. Here they read from a
socket that keeps messages apart, so the kernel gives each message to one reader whole, and nobody needs a semaphore.
"""

import os
import socket
from io import BytesIO
from threading import Lock

from billiard.connection import Connection
from billiard.pool import Pool as SharedPool
from celery.concurrency import prefork

LARGEST = 1024 * 1024  # bytes; Linux sends a fifth of it at once


class Packets(Connection):
    """One end of the socket: every message is written and read in one go."""

    def _send_bytes(self, buf: bytes | memoryview) -> None:
        os.write(self._handle, buf)

    def _recv_bytes(self, maxsize: int | None = None) -> BytesIO:
        packet = os.read(self._handle, LARGEST)
        if not packet:
            raise EOFError
        return BytesIO(packet)


class Pool(SharedPool):
    """Celery's pool with sockets for pipes."""

    def _setup_queues(self) -> None:
        super()._setup_queues()
        for queue in (self._inqueue, self._outqueue):
            reader, writer = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            queue._reader = Packets(reader.detach(), writable=False)
            queue._writer = Packets(writer.detach(), readable=False)
            # Of threads, so that every process has its own: what it holds dies with it.
            queue._rlock, queue._wlock = Lock(), Lock()
        self._quick_put = self._inqueue._writer.send
        self._quick_get = self._outqueue._reader.recv


class TaskPool(prefork.TaskPool):
    """What `worker_pool` names."""

    BlockingPool = Pool

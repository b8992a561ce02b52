"""Certificates as two workers make them. Run as a script it is one of the workers."""

import resource
import subprocess
import sys
import time

import bench_world as world  # starts Django: first

from cms.core import outbox
from cms.core.models import OutboxMessage
from lms.records.models import Certificate, CertificateFile

WORKERS = 2


def certificates(count: int) -> dict:
    """Ask for ``count`` certificates that have no file yet, and let two workers draw and sign them."""
    bare = Certificate.everything.filter(file=None).exclude(pk__in=_asked())
    rows = list(bare.order_by("pk").values_list("pk", "uuid")[:count])
    OutboxMessage.everything.bulk_create(
        OutboxMessage(kind="render_certificate", key=str(key), payload={"certificate": pk}) for pk, key in rows
    )
    began, used = time.perf_counter(), _processor_seconds()
    workers = [subprocess.Popen([sys.executable, __file__]) for _worker in range(WORKERS)]
    for worker in workers:
        worker.wait()
    seconds = time.perf_counter() - began
    made = CertificateFile.everything.filter(certificate__in=[pk for pk, _key in rows]).count()
    cpu = 1000 * (_processor_seconds() - used) / max(1, made)
    return {"seconds": round(seconds, 1), "per_s": round(made / seconds, 1), "made": made, "cpu_ms": round(cpu, 2)}


def _processor_seconds() -> float:
    """Of the workers that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _asked():
    keys = OutboxMessage.everything.filter(kind="render_certificate").values_list("payload__certificate", flat=True)
    return list(keys)


def main() -> None:
    """As the bulk worker does it, but for certificates only: rows measured before left thousands of mails behind."""
    while outbox.deliver_all(messages=outbox.open_messages().filter(kind="render_certificate")):
        pass


if __name__ == "__main__":
    assert world  # the import is what prepares this process
    main()

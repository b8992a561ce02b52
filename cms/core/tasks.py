"""Entry points for Celery. They may run twice, late or not at all; the rows say what is left to do."""

from celery import shared_task

from cms.core import jobs, outbox, sweeps


@shared_task(name="cms.core.deliver")
def deliver():
    outbox.deliver_fast()


@shared_task(name="cms.core.deliver_bulk")
def deliver_bulk():
    outbox.deliver_all(messages=outbox.open_messages().filter(kind__in=outbox.BULK))


@shared_task(name="cms.core.sweep")
def sweep():
    sweeps.run_all()


@shared_task(name="cms.core.work")
def work(key: int):
    jobs.run(key)

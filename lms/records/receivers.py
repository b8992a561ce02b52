"""The records' part in the outbox and among the long jobs."""

from cms.core import hooks, jobs, outbox
from lms.records import queries, services

outbox.handler("render_certificate", bulk=True, together=services.render_together)(services.render)
jobs.kind("certificates")(services.render_run)
hooks.add_kept(queries.kept_of)


@outbox.handler("forget_person")
def forget_person(payload: dict) -> None:
    services.forget_papers(payload)
    services.forget_proofs(payload)

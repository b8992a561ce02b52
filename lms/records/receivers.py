"""The records' part in the outbox and among the long jobs."""

from cms.core import jobs, outbox
from lms.records import services

outbox.handler("render_certificate")(services.render)
jobs.kind("certificates")(services.render_run)

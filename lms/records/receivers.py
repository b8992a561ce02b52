"""The records' part in the outbox."""

from cms.core import outbox
from lms.records import services

outbox.handler("render_certificate")(services.render)

"""What assessment does on its own: the clock closes exams."""

from cms.core import sweeps
from lms.assessment import services

sweeps.register("exams_expire", services.expire_due)

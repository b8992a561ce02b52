"""What assessment does on its own: the clock closes exams; answers that met the closed door are named."""

from cms.core import hooks, sweeps
from lms.assessment import forms, services

sweeps.register("exams_expire", services.expire_due)
hooks.add_typed("assessment:take", forms.typed_answers)

"""Forms of the author's desk."""

from lms.catalogue.forms.desk import DecisionForm, ImportForm, SettleForm, SubmitForm
from lms.catalogue.forms.outline import CourseForm, ModuleForm, MoveForm, UnitForm
from lms.catalogue.forms.questions import ExamForm, QuestionForm

__all__ = [
    "CourseForm", "DecisionForm", "ExamForm", "ImportForm", "ModuleForm", "MoveForm", "QuestionForm", "SettleForm",
    "SubmitForm", "UnitForm",
]  # fmt: skip

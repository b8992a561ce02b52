"""Forms of the door and of the HR desk beside it."""

from cms.directory.forms.desk import (
    EmailForm,
    GiveCodeForm,
    GrantForm,
    PurposeForm,
    ReasonForm,
    RuleForAllForm,
    RuleForm,
)
from cms.directory.forms.door import (
    MOST_PASSWORD,
    ConfirmPasswordForm,
    PasswordForm,
    SecondStepAgainForm,
    SecondStepForm,
    SetUpForm,
    SignInForm,
    TakeOffForm,
    TidyForm,
    UseCodeForm,
)  # fmt: skip
from cms.directory.forms.people import (
    AddPersonForm,
    AddSeatForm,
    AddUnitForm,
    ChangePersonForm,
    MoveForm,
    SeatForm,
    UnitForm,
)  # fmt: skip
from cms.directory.forms.requests import AnswerForm, AskForm

__all__ = [
    "MOST_PASSWORD", "AddPersonForm", "AddSeatForm", "AddUnitForm", "AnswerForm", "AskForm", "ChangePersonForm",
    "ConfirmPasswordForm",
    "EmailForm", "GiveCodeForm", "GrantForm", "MoveForm", "PasswordForm", "PurposeForm", "ReasonForm",
    "RuleForAllForm", "RuleForm",
    "SeatForm", "SecondStepAgainForm", "SecondStepForm", "SetUpForm", "SignInForm", "TakeOffForm", "TidyForm",
    "UnitForm", "UseCodeForm",
]  # fmt: skip

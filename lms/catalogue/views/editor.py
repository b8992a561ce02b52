"""What stands between Wagtail's editor and a desk: the one way to a review, and two editors on one page (C04)."""

from dataclasses import dataclass

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.models import PageSubscription

from cms.directory.api import work_context
from lms.catalogue import services
from lms.catalogue.exceptions import ReleaseRefused
from lms.catalogue.models import Course, CoursePage, DraftingDesk, Review
from lms.catalogue.rendering import text_of, unit_parts
from lms.catalogue.views.changes import word_diff

# Wagtail's own ways to readers; on a desk each only saves the draft.
PUBLISHING = ("action-publish", "action-restart-workflow")
REVISION_FIELDS = ("loaded_revision_id", "loaded_revision_created_at", "overwrite_revision_id")


class SubmitForReview(ActionMenuItem):
    """Saves the draft and asks for the review of the whole course."""

    label = gettext_lazy("Submit for review")
    name = "action-submit"
    icon_name = "check"
    order = 20


def before_edit(request, page):
    """Keep a POST of the editor to drafting, and stop one that would cover a colleague's text."""
    if request.method != "POST" or not isinstance(page, DraftingDesk):
        return None
    request.wants_review = "action-submit" in request.POST and isinstance(page, CoursePage)
    if any(name in request.POST for name in (*PUBLISHING, "action-submit")):
        request.POST = request.POST.copy()
        for name in (*PUBLISHING, "action-submit"):
            request.POST.pop(name, None)
    if "application/json" in request.headers.get("Accept", ""):
        return None  # Wagtail refuses an autosave over a newer revision itself, and says so in the editor
    return _conflict(request, page) if _is_covered(request.POST, page) else None


def after_edit(request, page):
    """A draft saved with "Submit for review" goes to the review; one decided in the editor, to what became of it."""
    if not isinstance(page, CoursePage):
        return None
    course = Course.objects.visible_to(request.user).filter(page=page.pk).first()
    if course is None:
        return None
    if getattr(request, "wants_review", False):
        return _submit(request, course)
    if "action-workflow-action" in request.POST:
        waiting = course.reviews.filter(state=Review.State.OPEN).first()
        if waiting is not None:
            messages.error(request, _("The course was not released. This page says why."))
            return redirect(waiting.address)
        return redirect("catalogue:desk_course", course.uuid)
    return None


def _submit(request, course: Course):
    try:
        review = services.submit(course=course, by=request.user)
    except ReleaseRefused as refusal:
        messages.error(request, refusal.message)
        return redirect("catalogue:desk_course", course.uuid)
    messages.success(request, _("The course waits for a publisher's review."))
    return redirect(review.address)


def _is_covered(posted, page) -> bool:
    """Whether somebody else's revision came between loading and this save."""
    latest = page.latest_revision
    if latest is None:
        return False
    if overwrite := posted.get("overwrite_revision_id"):
        moved = overwrite != str(latest.pk)
        loaded = overwrite
    else:
        loaded = posted.get("loaded_revision_id", "")
        seen = posted.get("loaded_revision_created_at", "")
        moved = bool(loaded) and (loaded != str(latest.pk) or seen != latest.created_at.isoformat())
    return moved and _texts_differ(page, loaded, latest)


def _texts_differ(page, loaded: str, latest) -> bool:
    """The outline and the bank move without the editor; only fields that it shows can be covered by it."""
    before = page.revisions.filter(pk=loaded).first() if loaded.isdecimal() else None
    if before is None or before.pk == latest.pk:
        return True
    names = page.get_edit_handler().get_form_class().base_fields
    return any(before.content.get(name) != latest.content.get(name) for name in names)


@dataclass(frozen=True)
class TwoTexts:
    label: str
    theirs: str
    mine: str
    pieces: list


def _conflict(request, page):
    form_class = page.get_edit_handler().get_form_class()
    names = [name for name in form_class.base_fields if hasattr(page, name)]
    theirs = {name: _words(getattr(page, name)) for name in names}
    form = form_class(
        request.POST,
        request.FILES,
        instance=page,
        subscription=PageSubscription(page=page, user=request.user),
        parent_page=page.get_parent(),
        for_user=request.user,
    )
    form.defer_required_fields()
    form.is_valid()
    rows = []
    for name in names:
        mine = _words(form.cleaned_data.get(name, ""))
        if mine != theirs[name]:
            label = form.fields[name].label or name
            rows.append(TwoTexts(label, theirs[name], mine, word_diff(theirs[name], mine)))
    latest = page.latest_revision
    context = {
        "page": page,
        "rows": rows,
        "editor": latest.user.get_full_name() if latest.user else "",
        "when": latest.created_at,
        "kept": _kept(request.POST, latest),
        **work_context(request),
    }
    return render(request, "catalogue/desk_conflict.html", context, status=409)


def _kept(posted, latest) -> list[tuple[str, str]]:
    """Everything that was typed, ready to be sent again, on top of the revision that was just shown."""
    skipped = {*REVISION_FIELDS, "csrfmiddlewaretoken"}
    rows = [(name, value) for name, values in posted.lists() if name not in skipped for value in values]
    return [
        *rows,
        ("loaded_revision_id", str(latest.pk)),
        ("loaded_revision_created_at", latest.created_at.isoformat()),
    ]


def _words(value) -> str:
    if hasattr(value, "stream_block"):
        raw = value.get_prep_value()
        words = text_of(unit_parts(raw))
        # A stream of other blocks than a unit's is shown as its plain values.
        return words or " · ".join(" ".join(str(v) for v in row["value"].values()) for row in raw if _is_rows(row))
    if isinstance(value, list):
        return " · ".join(str(item) for item in value)
    return "" if value is None else str(value)


def _is_rows(row: dict) -> bool:
    return isinstance(row["value"], dict) and row["type"] in ("competency", "required")

"""What the catalogue does when Wagtail's own screens touch a desk."""

import uuid

from django.dispatch import receiver
from wagtail.models import WorkflowState
from wagtail.signals import post_page_move, workflow_cancelled

from lms.catalogue import services
from lms.catalogue.models import CourseReviewTask, Review, UnitPage

CourseReviewTask.decide.update(approve=services.approve, reject=services.send_back)


@receiver(workflow_cancelled, sender=WorkflowState)
def withdrawn_in_wagtail(sender, instance, user, **kwargs):
    """Cancelling the workflow in Wagtail takes the course back, as withdrawing it on the desk does."""
    review = Review.everything.filter(course__page=instance.object_id, state=Review.State.OPEN).first()
    if review is not None and user is not None:
        services.withdraw(review=review, by=user)


@receiver(post_page_move, sender=UnitPage)
def moved_into_another_course(sender, instance, parent_page_before, parent_page_after, **kwargs):
    """A unit that meets its own key in the course it moved to is another unit from now on (design 3.3)."""
    # Wagtail's own screen brings bare pages, which never equal their course or unit and know no key.
    if parent_page_before.pk == parent_page_after.pk:
        return
    there = UnitPage.objects.child_of(parent_page_after).exclude(pk=instance.pk)
    if there.filter(unit_key=instance.specific.unit_key).exists():
        UnitPage.objects.filter(pk=instance.pk).update(unit_key=uuid.uuid4())

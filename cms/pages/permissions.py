"""Whose page, image or document it is: asked before any admin view runs, whatever the view itself asks."""

from wagtail.admin.models import EditingSession
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page, UploadedFile
from wagtail.permissions import policy_registry

ON_PAGES = {"add", "change", "publish", "lock", "unlock", "bulk_delete"}
ON_FILES = {"add", "change", "delete", "choose"}


class Scope:
    """What one person may meet in the admin. Every question costs a statement, and only when it is asked."""

    def __init__(self, user):
        self.user = user
        self.pages_policy = policy_registry.get_by_type(Page)

    def has(self, kind: str, keys) -> bool:
        """Whether every one of ``keys`` is a ``kind`` in the scope: page, way, image, document, session, upload.

        A "way" is a page the person works on, or one on the way down to it.
        """
        wanted = {int(key) for key in keys if str(key).isdecimal() and len(str(key)) < 19}
        if len(wanted) < len({str(key) for key in keys}):
            return False
        return not wanted or self._rows(kind).filter(pk__in=wanted).count() == len(wanted)

    def _rows(self, kind: str):
        if kind == "page":
            return self.pages_policy.instances_user_has_any_permission_for(self.user, ON_PAGES)
        if kind == "way":
            return self.ways()
        if kind == "session":
            return EditingSession.objects.filter(user=self.user)
        if kind == "upload":
            return UploadedFile.objects.filter(uploaded_by_user=self.user)
        return files_of(self.user, {"image": get_image_model, "document": get_document_model}[kind]())

    def ways(self):
        """The person's pages and those on the way down to them."""
        return self.pages_policy.explorable_instances(self.user)

    def start(self):
        """Where browsing begins: the one page above all the person's subtrees, or None."""
        return self.pages_policy.explorable_root_instance(self.user)


def files_of(user, model):
    """Images or documents of the libraries the person works with: of her agencies, and nothing else."""
    return policy_registry.get_by_type(model).instances_user_has_any_permission_for(user, ON_FILES)

"""The gate of the admin (design 3.8, Z03): an address that is not in the table does not exist.

Wagtail asks about rights inside its views, each in its own way, and some forget (a chooser's parent, an error that
names a page, reports). So the question is asked here, before any view runs, and a new route is closed until
somebody writes it into the table with what its arguments mean.
"""

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.utils.datastructures import MultiValueDictKeyError
from wagtail.models import Page

from cms.pages.permissions import Scope

ADMIN = "/tata-kelola/"
# Anything in the admin that asks nothing about an object: listings and searches are scoped by Wagtail's policies,
# which know only the groups that grants write.
PLAIN = """
    wagtailadmin_home wagtailadmin_explore_root wagtailadmin_sprite wagtailadmin_javascript_catalog
    wagtailadmin_dismissibles wagtailadmin_block_preview
    wagtailadmin_pages:search wagtailadmin_pages:search_results
    wagtailadmin_choose_page wagtailadmin_choose_page_search
    wagtailadmin_choose_page_external_link wagtailadmin_choose_page_email_link
    wagtailadmin_choose_page_phone_link wagtailadmin_choose_page_anchor_link
    wagtailadmin_api:pages:listing
    wagtailimages:index wagtailimages:index_results wagtailimages:add wagtailimages:add_multiple
    wagtailimages_chooser:choose wagtailimages_chooser:choose_results wagtailimages_chooser:create
    wagtaildocs:index wagtaildocs:index_results wagtaildocs:add wagtaildocs:add_multiple
    wagtaildocs_chooser:choose wagtaildocs_chooser:choose_results wagtaildocs_chooser:create
    admin_door_login admin_door_logout
""".split()
ON_A_PAGE = """
    usage edit preview_on_edit view_draft delete unpublish copy set_privacy lock unlock
    revisions_index revisions_view revisions_revert revisions_unschedule history history_results
    workflow_history workflow_action collect_workflow_action_data confirm_workflow_cancellation
    workflow_history_detail
""".split()
DOORS: dict[str, dict[str, str]] = {
    **dict.fromkeys(PLAIN, {}),
    **{f"wagtailadmin_pages:{name}": {"page_id": "page"} for name in ON_A_PAGE},
    "wagtailadmin_explore": {"parent_page_id": "way"},
    "wagtailadmin_explore_results": {"parent_page_id": "way"},
    "wagtailadmin_choose_page_child": {"parent_page_id": "way"},
    "wagtailadmin_pages:add": {"parent_page_id": "page"},
    "wagtailadmin_pages:preview_on_add": {"parent_page_id": "page"},
    "wagtailadmin_pages:add_subpage": {"parent_page_id": "page"},
    "wagtailadmin_pages:move": {"page_to_move_id": "page"},
    "wagtailadmin_pages:move_confirm": {"page_to_move_id": "page", "destination_id": "page"},
    "wagtailadmin_pages:set_page_position": {"page_to_move_id": "page"},
    "wagtailadmin_pages:revisions_compare": {"pk": "page"},
    "wagtailadmin_api:pages:detail": {"pk": "way"},
    "wagtailadmin_choose_page_chosen_multiple": {},
    "wagtailadmin_editing_sessions:release": {"session_id": "session"},
    "wagtailimages:edit": {"image_id": "image"},
    "wagtailimages:delete": {"image_id": "image"},
    "wagtailimages:image_usage": {"image_id": "image"},
    "wagtailimages:edit_multiple": {"image_id": "image"},
    "wagtailimages:delete_multiple": {"image_id": "image"},
    "wagtailimages:create_multiple_from_uploaded_image": {"uploaded_file_id": "upload"},
    "wagtailimages:delete_upload_multiple": {"uploaded_file_id": "upload"},
    "wagtailimages_chooser:chosen": {"pk": "image"},
    "wagtailimages_chooser:chosen_multiple": {},
    "wagtailimages_chooser:select_format": {"image_id": "image"},
    "wagtaildocs:edit": {"document_id": "document"},
    "wagtaildocs:delete": {"document_id": "document"},
    "wagtaildocs:document_usage": {"document_id": "document"},
    "wagtaildocs:edit_multiple": {"doc_id": "document"},
    "wagtaildocs:delete_multiple": {"doc_id": "document"},
    "wagtaildocs:create_multiple_from_uploaded_document": {"uploaded_file_id": "upload"},
    "wagtaildocs:delete_upload_multiple": {"uploaded_file_id": "upload"},
    "wagtaildocs_chooser:chosen": {"pk": "document"},
    "wagtaildocs_chooser:chosen_multiple": {},
}
# Keys of objects that come in the query or the form, whatever the address: (parameter, what it names).
TYPED = {
    "new_parent_page": "page", "chooser": "page", "parent_page_id": "way", "target_pages[]": "page",
}  # fmt: skip
MANY = {
    "wagtailadmin_choose_page_chosen_multiple": "way",
    "wagtailimages_chooser:chosen_multiple": "image",
    "wagtaildocs_chooser:chosen_multiple": "document",
}
# Fields without which Wagtail's view breaks.
NEEDED = {"wagtailadmin_choose_page_external_link": "external-link-chooser-url"}
# What may be done to many at once, by model; to every other model (users, snippets) nothing.
BULK = {
    ("wagtailcore", "page"): ("page", {"delete", "move", "publish", "unpublish"}),
    ("pages", "siteimage"): ("image", {"delete", "add_to_collection"}),
    ("pages", "sitedocument"): ("document", {"delete", "add_to_collection"}),
}


def admin_gate(get_response):
    """404 for what is not this person's, before any admin view runs. Superusers (break-glass) pass."""

    def middleware(request):
        response = get_response(request)
        if request.path_info.startswith(ADMIN):
            # Wagtail's editor sizes its parts by style attributes, and a few of its pictures stand in its style sheets;
            # scripts stay as strict as everywhere.
            response._csp_update = {"style-src": "'unsafe-inline'", "img-src": "data:"}
        return response

    def process_view(request, view, args, kwargs):
        if not request.path_info.startswith(ADMIN) or not request.user.is_authenticated or request.user.is_superuser:
            return None
        match = request.resolver_match
        if match.route in OUR_OWN:
            return None
        if not request.user.has_perm("wagtailadmin.access_admin"):
            raise PermissionDenied
        # The account menu knows this field only; an account's own user name is no name. Never saved.
        request.user.first_name = request.user.get_full_name()
        if not _is_open(request, match.view_name, kwargs):
            raise Http404
        needed = NEEDED.get(match.view_name) if request.method == "POST" else None
        return render(request, "400.html", status=400) if needed and needed not in request.POST else None

    def process_exception(request, exception):
        # Wagtail's editors read their own fields blindly; a form without them is a bad request, no fault of ours.
        if request.path_info.startswith(ADMIN) and isinstance(exception, MultiValueDictKeyError):
            return render(request, "400.html", status=400)
        return None

    middleware.process_view = process_view
    middleware.process_exception = process_exception
    return middleware


# The door's redirects: no object, and no right needed to be sent to the sign-in page or to one's own account.
OUR_OWN = {
    "tata-kelola/login/", "tata-kelola/logout/", "tata-kelola/account/", "tata-kelola/account/<path:rest>",
    "tata-kelola/password_reset/", "tata-kelola/password_reset/<path:rest>",
}  # fmt: skip


def _is_open(request, name: str, kwargs: dict) -> bool:
    scope = Scope(request.user)
    if name == "wagtail_bulk_action":
        return _bulk_is_open(scope, request.GET, kwargs) and _typed_is_open(scope, request)
    if name == "wagtailadmin_editing_sessions:ping":
        return _is_page_model(kwargs) and scope.has("page", [kwargs["object_id"]])
    if name not in DOORS:
        return False
    many = MANY.get(name)
    return (
        all(scope.has(kind, [kwargs[argument]]) for argument, kind in DOORS[name].items())
        and (many is None or scope.has(many, request.GET.getlist("id")))
        and _typed_is_open(scope, request)
    )


def _is_page_model(kwargs: dict) -> bool:
    try:
        return issubclass(apps.get_model(kwargs["app_label"], kwargs["model_name"]), Page)
    except LookupError:
        return False


def _bulk_is_open(scope: Scope, typed, kwargs: dict) -> bool:
    kind, actions = BULK.get((kwargs["app_label"], kwargs["model_name"]), ("", ()))
    if kwargs["action"] not in actions:
        return False
    keys = typed.getlist("id")
    if "all" in keys:
        # "All" without a parent would be all pages of the site; files are listed by Wagtail's own policy.
        return kind != "page" or ("childOf" in typed and scope.has("page", typed.getlist("childOf")))
    return scope.has(kind, keys)


def _typed_is_open(scope: Scope, request) -> bool:
    for name, kind in TYPED.items():
        keys = [*request.GET.getlist(name), *(request.POST.getlist(name) if request.method == "POST" else [])]
        if not scope.has(kind, [key for key in keys if key]):
            return False
    return True

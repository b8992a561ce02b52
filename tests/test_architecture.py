"""The order of the house, held by a machine. Fast, no database. Adapt it; never loosen it to get green.

Run by pytest. Floors may be listed before they are built; a package that is not listed fails.
"""

import ast
from pathlib import Path

from django.apps import apps
from django.test import SimpleTestCase

ROOT = Path(__file__).resolve().parents[1]

FLOORS = """
    cms.core cms.directory cms.pages
    lms.events lms.competencies lms.catalogue lms.enrolment lms.records lms.progress
    lms.assessment lms.player lms.interop
    talent.profiles talent.development talent.reviews talent.succession
    talent.mentoring talent.engagements talent.innovation
""".split()  # ground floor first
ROOF = {"cms.settings", "cms.urls", "cms.celery", "cms.wsgi"}  # may import anything, imported by nothing
DOORS = ("lms.events", "lms.records.api", "lms.enrolment.api", "lms.catalogue.api", "lms.competencies")
LAYERS = [  # inside one app, lower first; a file with another name fails
    "blocks enums exceptions rules",
    "models",
    # A release is frozen and a certificate made inside a service: turning facts into text or a file knows no service.
    "rendering",
    "permissions queries",
    "services",
    "api forms panels receivers tasks",
    "views viewsets management middleware backends",
    "urls wagtail_hooks",
]
TOOLBOXES = {"cms.core"}  # its files are named after the tool they hold
FREE = {"apps", "admin", "checks", "migrations", "templatetags", "data", "locale", "templates", "static"}
LAYER = {name: depth for depth, row in enumerate(LAYERS) for name in row.split()}
# Wagtail leaves Page.get_context and base_form_class no other place: inside a function only.
NESTED_ALLOWED = {("models", "queries"), ("models", "forms")}
SCREENS = {"views", "viewsets", "forms", "api"}  # where rows come only through visible_to()
UNSCOPED = {"everything", "_default_manager", "_base_manager", "raw"}


def app_of(dotted: str) -> str:
    return ".".join(dotted.split(".")[:2])


def file_of(dotted: str) -> str:
    return (dotted.split(".") + ["", ""])[2]


def why_not(here: str, there: str, *, nested: bool = False) -> str:
    """Why module ``here`` may not import ``there`` (dotted names); "" if it may."""
    home, target = app_of(here), app_of(there)
    if home != target:
        if target not in FLOORS or FLOORS.index(target) > FLOORS.index(home):
            return f"{target} is above {home}"
        through_a_door = any(there == door or there.startswith(door + ".") for door in DOORS)
        if home.startswith("talent.") and target.startswith("lms.") and not through_a_door:
            return f"talent enters lms only through {DOORS}"
        return ""
    mine, other = file_of(here), file_of(there)
    if nested and (mine, other) in NESTED_ALLOWED:
        return ""
    return "a higher layer of the same app" if LAYER.get(other, -1) > LAYER.get(mine, 99) else ""


def modules():
    for package in ("cms", "lms", "talent"):
        for path in sorted((ROOT / package).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            if name.count(".") and ".migrations" not in name:
                yield path, name


class ArchitectureTests(SimpleTestCase):
    maxDiff = None  # a broken rule is shown whole

    def test_every_package_has_a_floor(self):
        found = {app_of(name) for _, name in modules()} - ROOF
        self.assertEqual(found - set(FLOORS), set())

    def test_every_file_has_a_layer(self):
        odd = [
            name
            for _, name in modules()
            if name.count(".") > 1 and app_of(name) not in ROOF | TOOLBOXES and file_of(name) not in LAYER.keys() | FREE
        ]
        self.assertEqual(odd, [])

    def test_imports_go_down(self):
        broken = []
        for path, here in modules():
            if app_of(here) in ROOF:
                continue
            tree = ast.parse(path.read_text(encoding="utf-8"))
            top = set(tree.body)
            for node in ast.walk(tree):
                if isinstance(node, ast.ImportFrom) and node.level:
                    broken.append(f"{path.relative_to(ROOT)}:{node.lineno} relative import")
                    continue
                if isinstance(node, ast.ImportFrom):
                    names = [f"{node.module}.{alias.name}" for alias in node.names]
                else:
                    names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                for there in names:
                    ours = there.startswith(("cms.", "lms.", "talent."))
                    if ours and (why := why_not(here, there, nested=node not in top)):
                        broken.append(f"{path.relative_to(ROOT)}:{node.lineno} {there}: {why}")
        self.assertEqual(broken, [])

    def test_screens_reach_rows_only_through_visible_to(self):
        broken = []
        for path, here in modules():
            if file_of(here) not in SCREENS:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Attribute) and node.attr in UNSCOPED:
                    broken.append(f"{path.relative_to(ROOT)}:{node.lineno} .{node.attr}")
        self.assertEqual(broken, [])

    def test_foreign_keys_point_down(self):
        broken = []
        for model in apps.get_models():
            home = app_of(model.__module__)
            if home not in FLOORS:
                continue
            for field in model._meta.get_fields():
                if field.concrete and field.is_relation and field.related_model is not None:
                    target = app_of(field.related_model.__module__)
                    if target in FLOORS and FLOORS.index(target) > FLOORS.index(home):
                        broken.append(f"{model.__name__}.{field.name} -> {target}")
        self.assertEqual(broken, [])

"""Every address outside Wagtail's own screens, and who may open it (robustness 5).

A new address without a row here fails ``test_routes.py``. ``opens`` maps a role to a scope code of robustness 5:
**all**, **o** own, **d** direct reports, **c** own class, **u** unit subtree, **i** own agency, **n** national counts,
**p** by purpose. Whoever is not named gets 404 (or is sent to the door when nobody is signed in).
``keys`` names the objects of a `Side` that the address is made of; ``post`` is a body for addresses that change things.
"""

from tests.gate.routes import courses, learning, people, public, records
from tests.gate.routes.route import PRIVATE_KEYS, ROLES, Route, value_of

__all__ = ["BY_NAME", "ELSEWHERE", "PRIVATE_KEYS", "ROLES", "ROUTES", "Route", "value_of"]

ROUTES = [*public.ROUTES, *people.ROUTES, *courses.ROUTES, *learning.ROUTES, *records.ROUTES]
BY_NAME = {route.name: route for route in ROUTES}
# Addresses that need more than a row of `Side`: each has the test named beside it.
ELSEWHERE = {
    "player:file": "lms/player/test_files.py",
    "records:proof": "lms/records/test_claiming.py",
    "picture": "cms/pages/test_library.py",
    "wagtaildocs_serve": "cms/pages/test_library.py",
}

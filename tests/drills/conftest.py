"""One empty house a test, with a copy of the migrated test database."""

import pytest
from django.db import connection

from tests.drills import machines


def pytest_collection_modifyitems(items):
    """Drills need the migrated test database to exist; they write only to copies of it."""
    for item in items:
        if item.path.is_relative_to(machines.ROOT / "tests" / "drills") and not item.get_closest_marker("django_db"):
            item.add_marker(pytest.mark.django_db)


@pytest.fixture(scope="session")
def template(tmp_path_factory, django_db_setup, django_db_blocker):
    """The address of a copy that nobody writes to."""
    with django_db_blocker.unblock():
        url = machines.copy_of_test_database(tmp_path_factory.mktemp("template"))
    yield url
    with django_db_blocker.unblock():
        machines.drop(url)


@pytest.fixture
def house(tmp_path, template):
    url = machines.copy(template, tmp_path)
    house = machines.House(tmp_path / "home", url)
    yield house
    house.close()
    machines.drop(url)


@pytest.fixture
def crash_house(tmp_path, template):
    """A house whose database survives a power cut, and a function that causes one (None on SQLite).

    SQLite has no server: the processes that write are the database.
    """
    if connection.vendor == "sqlite":
        house = machines.House(tmp_path / "home", machines.copy(template, tmp_path))
        yield house, None
        house.close()
        return
    with machines.safe_postgres(template) as server:
        house = machines.House(tmp_path / "home", server.url("postgres"))
        yield house, server.crash
        house.close()

"""What every run of pytest keeps to: tests of the other engine are left out, and a skip can be made a failure."""

import os

import pytest

ENGINES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def django_db_setup(request, django_test_environment, django_db_blocker, django_db_modify_db_settings):
    """As pytest-django does it, but from a database migrated once and kept (tests/template.py)."""
    from django.test.utils import setup_databases, teardown_databases

    from tests import template

    with django_db_blocker.unblock(), template.alone():
        found = template.restore()
        made = setup_databases(verbosity=0, interactive=False, keepdb=found, aliases={"default"})
        if not found:
            template.keep()
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0)


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(config, items):
    """Leave out tests that only mean something on the other engine: `make test` runs both, so each runs once."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
    engine = _engine()
    elsewhere = [item for item in items if _engines_of(item) and engine not in _engines_of(item)]
    if elsewhere:
        config.hook.pytest_deselected(items=elsewhere)
        items[:] = [item for item in items if item not in set(elsewhere)]


def _engine() -> str:
    from django.db import connection  # settings are only ready once pytest-django has read them

    return connection.vendor


def _engines_of(item) -> set[str]:
    return {name for name in ENGINES if item.get_closest_marker(name)}


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    """With BESTARI_NO_SKIP=1 (`.ci/run`) a test that did not run is a test that failed."""
    if os.environ.get("BESTARI_NO_SKIP") and _not_run(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter, config):
    if os.environ.get("BESTARI_NO_SKIP") and (count := _not_run(config)):
        terminalreporter.write_line(
            f"{count} skipped or expected to fail: not allowed with BESTARI_NO_SKIP=1.", red=True
        )


def _not_run(config) -> int:
    reporter = config.pluginmanager.get_plugin("terminalreporter")  # absent in the processes of -n
    return len(reporter.stats.get("skipped", [])) + len(reporter.stats.get("xfailed", [])) if reporter else 0

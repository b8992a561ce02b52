"""Brings the data up to date: migrations, cache table, static files, demo world.

Every step finds out quickly that it has nothing to do.
"""

import io
import os
import sys
import time
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.dev")
django.setup()


def step(said: str, command: str, **options) -> None:
    began = time.monotonic()
    print(f"  {said} ...", end="", flush=True)
    call_command(command, **options)
    print(f" {time.monotonic() - began:.1f} s", flush=True)


def main() -> str:
    """Do all steps and return the list of demo sign-ins."""
    step("database", "migrate", interactive=False, verbosity=0)
    step("cache table", "createcachetable", verbosity=0)
    if not getattr(settings, "WHITENOISE_USE_FINDERS", False):
        step("static files", "collectstatic", interactive=False, verbosity=0)
    step("demo world", "demo", verbosity=0)
    said = io.StringIO()
    call_command("demo_accounts", stdout=said)
    return said.getvalue()

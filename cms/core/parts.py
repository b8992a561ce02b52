"""Parts of an app that register themselves when they are imported: invariants, receivers, handlers, lookups."""

from importlib import import_module

from django.apps import AppConfig


def load(app: AppConfig, *names: str) -> None:
    """Import the modules ``names`` of ``app``, for what they register; called when the app is ready."""
    for name in names:
        import_module(f"{app.name}.{name}")

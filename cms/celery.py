"""The Celery application. Tasks live in `tasks.py` of each app and only call services."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.dev")
app = Celery("bestari")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

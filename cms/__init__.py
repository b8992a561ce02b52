"""The ground storey. Loads the Celery application, so that a hint given by the web server reaches our broker."""

from cms.celery import app as celery_app

__all__ = ["celery_app"]

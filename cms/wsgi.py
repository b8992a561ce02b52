"""The door for gunicorn."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.dev")
application = get_wsgi_application()
# What loading made stays as long as the process: the collector need not go through it again. A page makes thousands of
# objects that live for a millisecond; looking for circles after every 700 of them is a fifth of its time.
gc.freeze()
gc.set_threshold(20_000, 20, 20)

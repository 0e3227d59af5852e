"""The WSGI entry point for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# A page is not waited for as a nightly job is: what the database does not answer in this time
# becomes a page that asks for patience. The worker and the commands know no such limit.
os.environ.setdefault("STATEMENT_TIMEOUT", "3s")
application = get_wsgi_application()

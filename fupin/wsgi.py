"""The web server's door; starts or joins the embedded database where no other is set."""

import os

from django.core.wsgi import get_wsgi_application

from fupin import embedded
from fupin.env import var_folder

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fupin.settings")
embedded.ensure_database(var_folder())
application = get_wsgi_application()

"""What gunicorn serves.

Everything that a process loads once is loaded before the first request and put aside from the garbage
collector: looking through it took a fifth of a second of some request every now and then.
"""

import gc
import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "slahub.settings")

application = get_wsgi_application()

import_module("slahub.urls")
gc.collect()
gc.freeze()

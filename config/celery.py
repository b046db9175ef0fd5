"""The Celery application; every app's tasks.py is found by itself."""

from celery import Celery

app = Celery("yhdyspinta")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

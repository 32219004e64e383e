"""When each process that works in the background was last alive."""

from django.db import models


class Heartbeat(models.Model):
    """A process says that it is alive."""

    name = models.CharField(max_length=40, primary_key=True)
    seen = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

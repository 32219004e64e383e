"""What somebody is told, in both languages, and what they follow."""

from django.conf import settings
from django.db import models

from qilian.text import Text


class Notice(models.Model):
    """A word to a person, shown in the portal and sent by mail."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    zh = models.TextField()
    en = models.TextField()
    url = models.CharField(max_length=300, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    is_read = models.BooleanField(default=False)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.zh

    @property
    def words(self) -> Text:
        """The words in both languages."""
        return Text(self.zh, self.en)

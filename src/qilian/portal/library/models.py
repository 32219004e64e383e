"""What the standards library keeps: sources, their imports, documents, relations, and events between two imports.

A row of :class:`Document` is one record of one source, whole; what a record says *as of a date* is computed by the
engine room :mod:`qilian.standards` from such rows. Only numbers, titles, dates and codes are kept, never a standard's
text.
"""

from django.db import models


class Source(models.Model):
    """A catalogue that files are imported from, such as ``relaton-iso``.

    ``snapshot`` points at the last import that was finished. A source without one has never been read to its end, and
    every look-up leaves it out: see :meth:`DocumentQuerySet.live`.
    """

    name = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=20, choices=[("relaton", "Relaton YAML"), ("national", "national catalogue")])
    snapshot = models.ForeignKey("Import", models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return self.name


class Import(models.Model):
    """One run that read a file into a source; a run that was stopped stays unfinished, and the next one takes it up.

    The counts are of members of the file. While the run is unfinished they count what it has written so far.
    """

    source = models.ForeignKey(Source, models.CASCADE, related_name="imports")
    file = models.TextField(help_text="name of the file or folder")
    file_digest = models.CharField(max_length=64, help_text="of the names and digests of all members")
    dated = models.DateField(help_text="the day on which the file was true")
    started = models.DateTimeField()
    finished = models.DateTimeField(null=True)
    read = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    gone = models.PositiveIntegerField(default=0, help_text="documents of the source that the file no longer holds")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["source"], condition=models.Q(finished__isnull=True), name="one_unfinished_import_a_source"
            ),
        )

    def __str__(self) -> str:
        return f"{self.file} of {self.dated}"


class Rejection(models.Model):
    """A member that the last import of its source could not read, and why."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="rejections")
    member = models.CharField(max_length=2000)
    digest = models.CharField(max_length=64)
    reason = models.TextField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["source", "member"], name="one_rejection_a_member"),)

    def __str__(self) -> str:
        return f"{self.member}: {self.reason}"


class DocumentQuerySet(models.QuerySet["Document"]):
    """Documents, with the one filter that every reader needs."""

    def live(self) -> "DocumentQuerySet":
        """Leave out what its source no longer holds, and sources that were never read to their end."""
        return self.filter(gone_in__isnull=True, source__snapshot__isnull=False)


class Document(models.Model):
    """What one member of a source says of one document.

    ``member`` (the file in the archive, or the row's number in a national table) is its key within the source: some
    sources give one identifier twice. ``base`` is the document whatever edition, as :func:`rows.base_of` writes it.
    """

    source = models.ForeignKey(Source, models.CASCADE, related_name="documents")
    member = models.CharField(max_length=2000)
    digest = models.CharField(max_length=64, help_text="of the member's bytes and of the reader's version")
    identifier = models.CharField(max_length=2000, db_index=True, help_text="primary identifier, in canonical spelling")
    written = models.TextField(help_text="primary identifier as the source writes it")
    ref = models.TextField(help_text="the identifier as read, in parts: rows.pack")
    base = models.CharField(max_length=2000, db_index=True)
    publisher = models.TextField()
    titles = models.JSONField(default=dict, help_text="language → main title")
    status = models.CharField(max_length=20, help_text="as far as the record itself says it")
    published = models.DateField(null=True, help_text="first day that it can be")
    published_precision = models.CharField(max_length=5, blank=True, help_text="day, month or year")
    in_force_from = models.DateField(null=True)
    withdrawn = models.DateField(null=True, help_text="first day on which it no longer stands")
    stable_until = models.DateField(null=True)
    stage = models.TextField(blank=True, help_text="harmonized code, e.g. 60.60")
    doctype = models.TextField(blank=True)
    edition = models.TextField(blank=True)
    committee = models.TextField(blank=True)
    ics = models.JSONField(default=list, help_text="codes")
    year = models.PositiveIntegerField(null=True, help_text="given besides the dates; dates drafts roughly")
    freshness = models.TextField(blank=True, help_text="sorts after that of older records of the source")
    first_import = models.ForeignKey(Import, models.PROTECT, related_name="+", db_index=False)
    last_import = models.ForeignKey(Import, models.PROTECT, related_name="+", help_text="the run that last wrote it")
    gone_in = models.ForeignKey(Import, models.PROTECT, null=True, related_name="+", db_index=False)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["source", "member"], name="one_document_a_member"),)
        indexes = (models.Index(fields=["published"]), models.Index(fields=["withdrawn"]))

    def __str__(self) -> str:
        return self.identifier


class Relation(models.Model):
    """What a document says of its relation to another one, which the library may or may not hold."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="relations")
    kind = models.CharField(max_length=20, help_text="what the document is to the other, e.g. replaces")
    identifier = models.TextField(help_text="of the other document, in canonical spelling")
    ref = models.TextField(help_text="the same in parts: rows.pack")
    base = models.CharField(max_length=2000, db_index=True, help_text="of the other document")
    degree = models.CharField(max_length=10, blank=True, help_text="of an adoption: IDT, MOD, ...")

    def __str__(self) -> str:
        return f"{self.kind} {self.identifier}"


class Event(models.Model):
    """A difference that an import found between a document as it stood in the library and as the file has it."""

    class Kind(models.TextChoices):
        """What happened."""

        NEW = "new", "new in the source"
        PUBLISHED = "published", "published"
        STAGE = "stage", "stage moved"
        WITHDRAWN = "withdrawn", "withdrawn"
        REPLACED = "replaced", "replaced"
        GONE = "gone", "no longer in the source"

    found_by = models.ForeignKey(Import, models.CASCADE, related_name="events")
    document = models.ForeignKey(Document, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.document_id} {self.kind} {self.before} → {self.after}"

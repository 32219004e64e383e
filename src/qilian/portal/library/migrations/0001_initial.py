"""The first tables of the standards library."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Document",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("member", models.CharField(max_length=2000)),
                (
                    "digest",
                    models.CharField(help_text="of the member's bytes and of the reader's version", max_length=64),
                ),
                (
                    "identifier",
                    models.CharField(
                        db_index=True, help_text="primary identifier, in canonical spelling", max_length=2000
                    ),
                ),
                ("written", models.TextField(help_text="primary identifier as the source writes it")),
                ("ref", models.TextField(help_text="the identifier as read, in parts: rows.pack")),
                ("base", models.CharField(db_index=True, max_length=2000)),
                ("publisher", models.TextField()),
                ("titles", models.JSONField(default=dict, help_text="language → main title")),
                ("status", models.CharField(help_text="as far as the record itself says it", max_length=20)),
                ("published", models.DateField(help_text="first day that it can be", null=True)),
                ("published_precision", models.CharField(blank=True, help_text="day, month or year", max_length=5)),
                ("in_force_from", models.DateField(null=True)),
                ("withdrawn", models.DateField(help_text="first day on which it no longer stands", null=True)),
                ("stable_until", models.DateField(null=True)),
                ("stage", models.TextField(blank=True, help_text="harmonized code, e.g. 60.60")),
                ("doctype", models.TextField(blank=True)),
                ("edition", models.TextField(blank=True)),
                ("committee", models.TextField(blank=True)),
                ("ics", models.JSONField(default=list, help_text="codes")),
                (
                    "year",
                    models.PositiveIntegerField(help_text="given besides the dates; dates drafts roughly", null=True),
                ),
                (
                    "freshness",
                    models.TextField(blank=True, help_text="sorts after that of older records of the source"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Import",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file", models.TextField(help_text="name of the file or folder")),
                ("file_digest", models.CharField(help_text="of the names and digests of all members", max_length=64)),
                ("dated", models.DateField(help_text="the day on which the file was true")),
                ("started", models.DateTimeField()),
                ("finished", models.DateTimeField(null=True)),
                ("read", models.PositiveIntegerField(default=0)),
                ("new", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("unchanged", models.PositiveIntegerField(default=0)),
                ("rejected", models.PositiveIntegerField(default=0)),
                (
                    "gone",
                    models.PositiveIntegerField(
                        default=0, help_text="documents of the source that the file no longer holds"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("new", "new in the source"),
                            ("published", "published"),
                            ("stage", "stage moved"),
                            ("withdrawn", "withdrawn"),
                            ("replaced", "replaced"),
                            ("gone", "no longer in the source"),
                        ],
                        max_length=10,
                    ),
                ),
                ("before", models.TextField(blank=True)),
                ("after", models.TextField(blank=True)),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="events", to="library.document"
                    ),
                ),
                (
                    "found_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="events", to="library.import"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="document",
            name="first_import",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="library.import"
            ),
        ),
        migrations.AddField(
            model_name="document",
            name="gone_in",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="library.import",
            ),
        ),
        migrations.AddField(
            model_name="document",
            name="last_import",
            field=models.ForeignKey(
                help_text="the run that last wrote it",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="library.import",
            ),
        ),
        migrations.CreateModel(
            name="Relation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(help_text="what the document is to the other, e.g. replaces", max_length=20)),
                ("identifier", models.TextField(help_text="of the other document, in canonical spelling")),
                ("ref", models.TextField(help_text="the same in parts: rows.pack")),
                ("base", models.CharField(db_index=True, help_text="of the other document", max_length=2000)),
                ("degree", models.CharField(blank=True, help_text="of an adoption: IDT, MOD, ...", max_length=10)),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="relations", to="library.document"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Source",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("relaton", "Relaton YAML"), ("national", "national catalogue")], max_length=20
                    ),
                ),
                (
                    "snapshot",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="library.import"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="import",
            name="source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="imports", to="library.source"
            ),
        ),
        migrations.AddField(
            model_name="document",
            name="source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="documents", to="library.source"
            ),
        ),
        migrations.CreateModel(
            name="Rejection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("member", models.CharField(max_length=2000)),
                ("digest", models.CharField(max_length=64)),
                ("reason", models.TextField()),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rejections", to="library.source"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("source", "member"), name="one_rejection_a_member")],
            },
        ),
        migrations.AddConstraint(
            model_name="import",
            constraint=models.UniqueConstraint(
                condition=models.Q(("finished__isnull", True)),
                fields=("source",),
                name="one_unfinished_import_a_source",
            ),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(fields=["published"], name="library_doc_publish_14d76a_idx"),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(fields=["withdrawn"], name="library_doc_withdra_031583_idx"),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.UniqueConstraint(fields=("source", "member"), name="one_document_a_member"),
        ),
    ]

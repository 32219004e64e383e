"""What is uploaded: bounded, of the kind that its content proves, no bombs, no tricks with names or with two kinds."""

import io
import struct
import zipfile

import pytest

MB = 1024 * 1024


@pytest.fixture(autouse=True)
def _django(settings_of_tests: None) -> None:
    """The words of the errors need Django's settings."""


def read(content: bytes, name: str = "file", kinds: tuple[str, ...] = ("csv",), limit: int = MB):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from qilian.portal.site.uploads import read_upload

    return read_upload(SimpleUploadedFile(name, content), limit, kinds)


def refusal(*arguments, **keywords) -> str:
    """Return the words by which an upload is refused, in English."""
    from django.core.exceptions import ValidationError
    from django.utils.translation import override

    with override("en"):
        with pytest.raises(ValidationError) as caught:
            read(*arguments, **keywords)
        return caught.value.messages[0]


def archive(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return stream.getvalue()


def workbook() -> bytes:
    import xlsxwriter

    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        book.add_worksheet().write(0, 0, "检测对象")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("检测对象,参数\n减速器,回差\n".encode(), "csv"),
        ("检测对象,参数\n".encode("gb18030"), "csv"),
        (b"\xef\xbb\xbfname,limit\n", "csv"),
        (b"payload: 16 kg\n", "yaml"),
        (b'{"a": [1]}', "json"),
        (b"%PDF-1.7\n1 0 obj\n%%EOF\n", "pdf"),
        (b"\x89PNG\r\n\x1a\n....IEND\xaeB`\x82", "png"),
        (b"\xff\xd8\xff....\xff\xd9", "jpg"),
        (archive({"[Content_Types].xml": b"x", "aasx/aasx-origin": b"x"}), "aasx"),
        (workbook(), "xlsx"),
    ],
)
def test_a_file_of_each_kind_comes_in_as_it_is(content: bytes, kind: str):
    taken = read(content, f"Report.{kind.upper()}", ("pdf", kind))
    assert (taken.kind, taken.content, taken.name) == (kind, content, f"Report.{kind.upper()}")


def test_the_ending_tells_texts_apart_and_nothing_else():
    assert read(b"a: 1\n", "product.yml", ("csv", "yaml")).kind == "yaml"
    assert read(b"a,b\n", "table.csv", ("yaml", "csv")).kind == "csv"
    assert "must be PDF" in refusal(b"MZ\x90\x00 a program", "report.pdf", ("pdf",))
    assert "must be CSV" in refusal(b"MZ\x90\x00 a program", "table.csv")


def test_text_in_gb18030_reads_as_text():
    assert read("减速器\n".encode("gb18030")).text == "减速器\n"


def test_too_large_is_refused_however_large_the_sender_says_that_it_is():
    from django.core.exceptions import ValidationError
    from django.core.files.uploadedfile import SimpleUploadedFile

    from qilian.portal.site.uploads import read_upload

    assert refusal(b"a" * 2049, "big.csv", limit=2048) == "big.csv is too large: at most 2 kB."
    liar = SimpleUploadedFile("liar.csv", b"a" * 2049)
    liar.size = 1
    with pytest.raises(ValidationError):
        read_upload(liar, 2048, ("csv",))
    assert read(b"a" * 2048, limit=2048).kind == "csv"


def test_a_gigabyte_is_never_read():
    """The file says its size; a thousand megabytes are refused before a byte is read."""
    from django.core.exceptions import ValidationError
    from django.core.files.uploadedfile import UploadedFile

    from qilian.portal.site.uploads import read_upload

    class Unread(io.BytesIO):
        def read(self, *_: object) -> bytes:
            raise AssertionError("it was read")

    with pytest.raises(ValidationError):
        read_upload(UploadedFile(Unread(), "huge.csv", size=1024 * MB), 20 * MB, ("csv",))


def test_empty_is_refused():
    assert "empty" in refusal(b"")


def test_an_archive_that_unpacks_to_far_more_is_refused():
    bomb = archive({"[Content_Types].xml": b"x", "xl/workbook.xml": b"0" * (20 * MB)})
    assert len(bomb) < 50_000
    assert "unpacks to far more" in refusal(bomb, "bomb.xlsx", ("xlsx",))


def test_an_archive_whose_files_overlap_is_refused():
    """Two directory entries for one stored file: the trick of bombs that stay small in their declared sum."""
    name, body = b"a", b"0" * 1000
    local = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 0, 0, 33, 0, len(body), len(body), 1, 0) + name + body
    entry = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 0, 0, 33, 0, len(body), len(body), 1, 0, 0, 0, 0, 0, 0)
    directory = entry + name + entry + b"b"
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 2, 2, len(directory), len(local), 0)
    assert "overlap" in refusal(local + directory + end, "bomb.zip", ("zip",))


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "a/../../b", "..\\b", "C:\\b", "a\nb"])
def test_an_archive_with_a_path_trick_is_refused(name: str):
    assert "unsafe name" in refusal(archive({name: b"x"}), "tricks.zip", ("zip",))


def test_an_archive_of_very_many_files_is_refused():
    many = archive({f"{number}": b"" for number in range(5_001)}, zipfile.ZIP_STORED)
    assert "more than 5000 files" in refusal(many, "many.zip", ("zip",), 10 * MB)


def test_an_archive_is_nothing_else_at_the_same_time():
    packed = archive({"a.txt": b"x"})
    assert "must be ZIP" in refusal(b"%PDF-1.7 " + packed, "both.zip", ("zip",))
    assert "before or after" in refusal(packed + b"<script>alert(1)</script>", "both.zip", ("zip",))
    assert "before or after" in refusal(packed[:4] + packed, "both.zip", ("zip",))
    assert "must be PDF" in refusal(b"%PDF-1.7\n%%EOF\n" + packed, "both.pdf", ("pdf",))


def test_a_picture_or_a_table_with_a_page_in_it_is_refused():
    assert refusal(b"\x89PNG\r\n\x1a\n....IEND\xaeB`\x82<script>alert(1)</script>", "both.png", ("png",))
    assert refusal(b"  <!DOCTYPE html><script>alert(1)</script>", "page.csv")
    assert refusal(b"<svg onload='alert(1)'>", "page.csv")


def test_json_that_is_nested_without_end_is_refused():
    assert refusal(b"[" * 100_000, "deep.json", ("json",))


def test_damaged_archives_are_refused():
    packed = archive({"a.txt": b"x" * 100})
    for cut in (10, len(packed) // 2, len(packed) - 1):
        assert refusal(packed[:cut], "cut.zip", ("zip",))


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\fakepath\\报告.pdf", "报告.pdf"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("a\r\nSet-Cookie: x=1", "aSet-Cookie: x=1"),
        ("x" * 500, "x" * 120),
        ("..", "file"),
        ("", "file"),
    ],
)
def test_names_are_for_showing_only(said: str, shown: str):
    from qilian.portal.site.uploads import shown_name

    assert shown_name(said).startswith(shown)
    assert len(shown_name(said)) <= 120


def test_a_form_s_field_gives_the_upload_and_says_what_it_takes():
    from django import forms
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.utils.translation import override

    from qilian.portal.site.uploads import UploadField

    class One(forms.Form):
        table = UploadField(max_bytes=MB, kinds=("csv", "xlsx"))
        report = UploadField(max_bytes=MB, kinds=("pdf",), required=False)

    form = One({}, {"table": SimpleUploadedFile("table.csv", b"a,b\n")})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["table"].content == b"a,b\n"
    assert form.cleaned_data["report"] is None
    wrong = One({}, {"table": SimpleUploadedFile("table.csv", b"MZ\x00")})
    with override("en"):
        assert "must be CSV, XLSX" in wrong.errors["table"][0]
        assert "CSV, XLSX, at most 1 MB" in str(One())
    with override("zh-hans"):
        assert "最大 1 MB" in str(One())

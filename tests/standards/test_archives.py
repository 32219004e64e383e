"""Archives: every honest member comes out, and what is no honest archive is refused in one line and little memory."""

import gzip
import io
import os
import tarfile
import tracemalloc
import zipfile
from collections import deque
from datetime import date

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qilian.standards.archives import ArchiveError, Limits, members

RECORD = b"docid: {id: ISO 99001:2031}\n"
FILES = {
    "data/a.yaml": RECORD,
    "data/b.yml": RECORD * 3,
    "static/" + "long" * 40 + ".yaml": b"",
    "data/\u6807.yaml": b"x",
}
MODIFIED = 1_900_000_000
MODIFIED_DAY = date(2030, 3, 17)
SUFFIXES = ("tar", "tar.gz", "tar.zst", "zip")


def tar_of(files, form=tarfile.GNU_FORMAT):
    """Return a tar of files; a TarInfo as a value is put in as it is."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=form) as archive:
        for name, data in files.items():
            info = data if isinstance(data, tarfile.TarInfo) else tarfile.TarInfo(name)
            if info is not data:
                info.size, info.mtime = len(data), MODIFIED
            archive.addfile(info, io.BytesIO(data) if info is not data else None)
    return stream.getvalue()


def zip_of(files):
    """Return a zip of files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2030, 3, 17, 1, 2, 4)), data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def packed(suffix, files):
    """Return the bytes of an archive of a kind."""
    if suffix == "zip":
        return zip_of(files)
    plain = tar_of(files)
    return {"tar": bytes, "tar.gz": gzip.compress, "tar.zst": zstandard.compress}[suffix](plain)


@pytest.fixture
def write(tmp_path):
    """Write bytes to a file and return its path."""

    def written(data, name="a.bin"):
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return written


def read(path, limits=None):
    """Return the data of all members by name."""
    found = list(members(path, limits) if limits else members(path))
    assert len({each.name for each in found}) == len(found)
    return {each.name: each.fault or each.data for each in found}


def refusal(path, limits=None):
    """Return the one line by which an archive is refused."""
    with pytest.raises(ArchiveError) as told:
        deque(members(path, limits) if limits else members(path), maxlen=0)  # keeps none
    line = str(told.value)
    assert "\n" not in line
    assert path.name in line
    assert len(line) < 500
    return line


# -- honest archives ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_kind_of_archive_gives_its_members(suffix, write):
    """Long names and Chinese names included, each with its bytes and its day; the file's own name does not matter."""
    path = write(packed(suffix, FILES))
    assert read(path) == FILES
    assert {each.modified for each in members(path)} == {MODIFIED_DAY}


def test_the_forms_of_tar_agree(write):
    """GNU, POSIX (pax) and old tar say long names in different ways."""
    short = {name: data for name, data in FILES.items() if len(name) < 90 and name.isascii()}
    assert read(write(tar_of(FILES, tarfile.PAX_FORMAT))) == FILES
    assert read(write(tar_of(short, tarfile.USTAR_FORMAT))) == short


def test_a_folder_gives_its_files_in_the_order_of_their_names(tmp_path):
    """A folder and an archive of it give the same members."""
    for name, data in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    assert read(tmp_path) == FILES
    names = [each.name for each in members(tmp_path)]
    assert names == sorted(names)


def test_hidden_folders_are_not_part_of_the_data(tmp_path):
    """A clone of a publisher's repository can be given as it is."""
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "a.yaml").write_bytes(RECORD)
    (tmp_path / "b.yaml").write_bytes(RECORD)
    assert list(read(tmp_path)) == ["b.yaml"]


def test_one_file_is_a_source_of_one_member(write):
    """A single record can be given by itself."""
    assert read(write(RECORD, "one.yaml")) == {"one.yaml": RECORD}


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_is_no_record_is_named_with_its_fault(suffix, write):
    """Other files and oversized ones do not stop the reading, and every member is accounted for."""
    files = {"README.md": b"words", "data/a.yaml": RECORD, "data/huge.yaml": b"#" * 1_000_001, "data/z.yaml": RECORD}
    found = read(write(packed(suffix, files)))
    assert found["README.md"] == "not a .yaml file"
    assert found["data/huge.yaml"] == "larger than 1,000 kB"
    assert found["data/a.yaml"] == found["data/z.yaml"] == RECORD


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_folders_inside_are_not_members(suffix, write):
    """A folder's own entry is neither given out nor counted."""
    folder = tarfile.TarInfo("data")
    folder.type = tarfile.DIRTYPE
    data = zip_of({"data/": b"", "data/a.yaml": b""}) if suffix == "zip" else tar_of({"d": folder, "data/a.yaml": b""})
    assert read(write(data)) == {"data/a.yaml": b""}


# -- wrong files -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [b"", b"hello", b"\x89PNG\r\n", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"%PDF-1.7"])
def test_another_kind_of_file_is_refused(data, write):
    """By its first bytes, with what would be right."""
    assert "neither a folder nor an archive" in refusal(write(data))


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_name_alone_makes_no_archive(suffix, write):
    """A text that is called .zip is no zip."""
    assert "neither a folder nor an archive" in refusal(write(b"only words", f"a.{suffix}"))


def test_an_absent_file_and_a_pipe_are_refused(tmp_path):
    """Neither hangs nor falls over."""
    assert "no such file" in refusal(tmp_path / "absent.zip")
    os.mkfifo(tmp_path / "pipe")
    assert "neither a file nor a folder" in refusal(tmp_path / "pipe")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_an_archive_cut_anywhere_is_refused(suffix, write):
    """At no length does the front of an archive pass for the whole, up to the padding after the end mark."""
    data = packed(suffix, {"a.yaml": os.urandom(700), "b.yaml": RECORD})
    whole = len(data) if suffix != "tar" else 512 * 6  # two headers with 1024 and 512 bytes, and the end mark
    for end in range(1, whole, 41):
        refusal(write(data[:end]))


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_bytes_after_the_end_are_refused(suffix, write):
    """A second archive behind the first would be lost silently."""
    if suffix == "zip":
        pytest.skip("a zip is read from its end: what stands before it is not part of it")
    double = gzip.compress if suffix == "tar.gz" else zstandard.compress if suffix == "tar.zst" else bytes
    first, second = tar_of({"a.yaml": RECORD}), tar_of({"b.yaml": RECORD})
    assert "follows the end" in refusal(write(double(first) + double(second)))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), suffix=st.sampled_from(SUFFIXES))
def test_a_damaged_archive_gives_members_or_one_error(data, suffix, write):
    """Overwritten bytes lead to an ArchiveError or to members, to nothing else."""
    damaged = bytearray(packed(suffix, {"a.yaml": RECORD * 9, "b.yaml": RECORD}))
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = list(members(write(bytes(damaged))))
    except ArchiveError:
        found = []
    assert len(found) <= 2


# -- tricks ------------------------------------------------------------------------------------------------------------

CLIMBING = ["../a.yaml", "data/../../a.yaml", "/etc/a.yaml", "..\\a.yaml", "C:\\a.yaml", "data/..", "a\x07.yaml"]


@pytest.mark.parametrize("name", CLIMBING)
@pytest.mark.parametrize("suffix", ["tar", "tar.zst", "zip"])
def test_a_path_that_leads_out_is_refused(suffix, name, write):
    """Nothing is written to disk by reading, but no honest archive holds such a path."""
    assert "may not hold" in refusal(write(packed(suffix, {"a.yaml": RECORD, name: RECORD})))


@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_a_long_path_that_leads_out_is_refused(form, write):
    """Also when it comes in an extension header."""
    assert "may not hold" in refusal(write(tar_of({"x/" * 70 + "../" * 80 + "a.yaml": RECORD}, form)))


@pytest.mark.parametrize(
    "kind",
    [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE, tarfile.GNUTYPE_SPARSE],
)
def test_links_devices_and_holes_are_refused(kind, write):
    """Whatever a tar can hold besides files and folders."""
    info = tarfile.TarInfo("a.yaml")
    info.type, info.linkname = kind, "/etc/passwd"
    assert "a link, a device or sparse" in refusal(write(tar_of({"a": info})))


def test_a_link_in_a_zip_is_refused(write):
    """A zip keeps the mode of a link in its attributes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        info = zipfile.ZipInfo("a.yaml")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    assert "is a link" in refusal(write(stream.getvalue()))


def test_links_in_a_folder_are_refused(tmp_path):
    """To a file as to a folder: a folder that contains itself would never end."""
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "a.yaml").symlink_to("/etc/passwd")
    assert "is a link" in refusal(tmp_path / "one")
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "again").symlink_to(tmp_path / "two")
    assert "is a link" in refusal(tmp_path / "two")


def test_an_encrypted_zip_is_refused(write):
    """With the word for it."""
    data = bytearray(zip_of({"a.yaml": RECORD}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert "encrypted" in refusal(write(bytes(data)))


# -- bombs -------------------------------------------------------------------------------------------------------------


def bomb(tmp_path, header, size):
    """Write a tar.zst whose member unpacks to ``size`` zeros, a few hundred kilobytes on disk."""
    path = tmp_path / "bomb.tar.zst"
    with path.open("wb") as raw, zstandard.ZstdCompressor(level=1).stream_writer(raw) as stream:
        stream.write(header)
        piece = bytes(1 << 20)
        for _ in range(size >> 20):
            stream.write(piece)
        stream.write(bytes(1024))
    return path


def header_of(name, size, kind=tarfile.REGTYPE):
    """Return the header block of a member."""
    info = tarfile.TarInfo(name)
    info.size, info.type = size, kind
    return info.tobuf(tarfile.GNU_FORMAT)


def peak_bytes(path, limits=None):
    """Return the line of the refusal and the peak of the memory that Python took for it."""
    tracemalloc.start()
    try:
        return refusal(path, limits), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("kind", [tarfile.REGTYPE, tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME])
def test_two_gigabytes_of_zeros_are_refused_in_little_memory(kind, tmp_path):
    """As a member, and as the headers that a tar may carry before one: those tarfile itself would keep in memory."""
    size = 2 << 30
    path = bomb(tmp_path, header_of("a.yaml", size, kind), size)
    assert path.stat().st_size < 1_000_000
    line, peak = peak_bytes(path)
    assert "unpacked" in line or "a header of 2,147,483,648 bytes" in line
    assert peak < 5_000_000


def test_many_small_members_are_counted_too(tmp_path):
    """No member of this one is large; together they are more than is allowed."""
    member = header_of("a.yaml", 1_000_000) + bytes(1_000_448)
    path = tmp_path / "bomb.tar.zst"
    with path.open("wb") as raw, zstandard.ZstdCompressor(level=1).stream_writer(raw) as stream:
        for _ in range(60):
            stream.write(member)
    line, peak = peak_bytes(path, Limits(total_bytes=50_000_000))
    assert "more than 50 MB unpacked" in line
    assert peak < 5_000_000


def test_padding_without_end_is_refused(tmp_path):
    """Zeros after the end mark are read to the end of the archive, and counted."""
    path = bomb(tmp_path, header_of("a.yaml", 0), 200 << 20)
    line, peak = peak_bytes(path, Limits(total_bytes=100_000_000))
    assert "more than 100 MB unpacked" in line
    assert peak < 5_000_000


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_too_many_members_are_refused(suffix, write):
    """The limit is a million; ten show it as well."""
    path = write(packed(suffix, {f"{number}.yaml": b"" for number in range(11)}))
    assert "more than 10 members" in refusal(path, Limits(members=10))


def test_a_zip_bomb_is_refused_in_little_memory(write):
    """300 MB in 300 kB: the member is named as too large; a second one breaks the limit of the whole."""
    data = zip_of({"a.yaml": bytes(300_000_000)})
    assert read(write(data)) == {"a.yaml": "larger than 1,000 kB"}
    line, peak = peak_bytes(write(data), Limits(total_bytes=200_000_000))
    assert "more than 200 MB unpacked" in line
    assert peak < 5_000_000


def test_a_zip_that_lies_about_its_size_is_refused(write):
    """The directory says 100 bytes, the member unpacks to 3 MB: nothing beyond the 100 is unpacked."""
    data = bytearray(zip_of({"a.yaml": bytes(3_000_000)}))
    for at in (data.index(b"PK\x03\x04") + 22, data.index(b"PK\x01\x02") + 24):
        data[at : at + 4] = (100).to_bytes(4, "little")
    line, peak = peak_bytes(write(bytes(data)))
    assert "is damaged" in line
    assert peak < 5_000_000


def test_a_frame_that_asks_for_a_huge_window_is_refused(tmp_path):
    """A zstandard frame may ask for two gigabytes of memory; it gets 128 MB at most."""
    path = tmp_path / "a.tar.zst"
    settings_of_frame = zstandard.ZstdCompressionParameters(window_log=30, enable_ldm=True)
    with path.open("wb") as raw:
        writer = zstandard.ZstdCompressor(compression_params=settings_of_frame).stream_writer(raw)
        writer.write(tar_of({"a.yaml": os.urandom(500_000)}))
        writer.flush(zstandard.FLUSH_FRAME)
    assert "cannot be unpacked" in refusal(path)

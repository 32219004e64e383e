"""Laboratories in a real browser: found, read, looked after; a scope table of 5,000 real lines with 40 bad ones."""

import csv
import gzip
import random
import re
from pathlib import Path

import pytest

GOOD, BAD = 5_000, 40


@pytest.mark.slow
@pytest.mark.parametrize("page", ["zh-hans", "en"], indirect=True)
def test_every_page_fits_and_is_accessible(page, log_in, accessible):
    log_in("laboratory")
    addresses = [
        "",
        "match",
        "match?text=位姿准确度+ISO+9283&limits=400+kg",
        "zj-robot/",
        "zj-robot/?bench=zj-robot-b01",
    ]
    addresses += ["own/", "own/benches/add", "own/lines/", "own/answer", "own/scope/"]
    for address in addresses:
        for width in (390, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(f"/laboratories/{address}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (address, width)
        accessible()


def test_filters_and_the_map_answer_in_place(page):
    page.goto("/laboratories/")
    page.wait_for_selector(".chart canvas")
    page.select_option("#city", "ningbo")
    page.wait_for_selector("#results p[role=status]:has-text('6 家实验室')")
    assert "city=ningbo" in page.url
    page.wait_for_selector(".chart canvas")
    with page.expect_navigation():
        page.click("#results a.fw-bold >> nth=0")
    page.wait_for_selector("#calendar canvas")
    page.select_option("#bench", index=1)
    page.wait_for_selector("#calendar .chart[data-chart=bench] canvas")


def test_hours_that_are_taken_are_refused_with_what_stands_there(page, log_in):
    log_in("laboratory")
    for _ in range(2):
        page.goto("/bookings/board/block?bench=zj-robot-b01")
        with page.expect_navigation():
            page.click("main form button.btn-primary")
    assert page.locator("#error-summary").is_visible()
    assert "已被占用" in page.inner_text("#id_start_error")
    page.goto("/laboratories/own/")
    with page.expect_navigation():
        page.locator("form[action$='/unblock'] button").first.click()
    page.wait_for_selector(".alert-success")


@pytest.fixture(scope="session")
def scope_table(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[int]]:
    """Cut 5,000 real lines out of the shared table and spoil 40 more; return the file and the bad rows' lines."""
    source = repository.parent / "shared" / "data" / "labs" / "nabl_scopes_dev.csv.gz"
    if not source.exists():
        pytest.skip("../shared/data/labs is not beside the repository")
    with gzip.open(source, "rt", encoding="utf-8", newline="") as stream:
        rows = csv.reader(stream)
        header = next(rows)
        needed = [header.index(name) for name in ("material_or_product", "parameter_or_test", "test_method_standard")]
        real = []
        for row in rows:
            said = [row[place].strip() for place in needed]
            if all(said) and not any(re.search(r"[\x00-\x08\x0b\x0e-\x1f\x7f\r\n]", cell) for cell in row):
                real.append(row)
            if len(real) == GOOD + BAD:
                break
    bad = sorted(random.Random(7).sample(range(len(real)), BAD))
    for place, number in enumerate(bad):
        row = real[number]
        if place % 2:
            real[number] = row[:4]  # cells are missing
        else:
            real[number] = [cell if index == needed[0] else "" for index, cell in enumerate(row)]  # says too little
    path = tmp_path_factory.mktemp("scope") / "scope.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *real])
    return path, [number + 2 for number in bad]


@pytest.mark.parametrize("page", ["zh-hans", "en"], indirect=True)
def test_a_laboratory_uploads_5000_real_lines_and_sees_all_40_bad_rows(page, log_in, accessible, scope_table):
    path, bad = scope_table
    log_in("laboratory")
    page.goto("/laboratories/own/scope/")
    page.set_input_files("#id_file", path)
    with page.expect_navigation():
        page.click("main form button.btn-primary")
    page.wait_for_selector("#job")
    page.wait_for_selector("#job a.btn-primary", timeout=180_000)
    with page.expect_navigation():
        page.click("#job a.btn-primary")
    numbers = page.locator("main .h2.mb-0").all_inner_texts()
    assert numbers[:2] == [str(GOOD), str(BAD)]
    accessible()
    with page.expect_navigation():
        page.click("main a.btn-primary[href*='/own/scope/']")
    lines = [int(text) for text in page.locator("main tbody th[scope=row]").all_inner_texts()]
    assert lines == bad
    for cell in page.locator("main tbody tr td:nth-child(3)").all_inner_texts():
        assert cell.strip(), "every bad row says how to mend it"
    accessible()
    with page.expect_download() as download:
        page.click("a[href$='/unread.csv']")
    kept = list(csv.reader(Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()))
    assert [int(row[0]) for row in kept[1:]] == bad
    page.goto("/laboratories/match?text=Capacitive+Voltage+Transformer+Wet+Power+Frequency+Voltage+Withstand")
    assert page.locator("#body-scopes").is_visible()
    assert page.locator("section:has(#body-scopes) a[href='/laboratories/zj-robot/']").count() >= 1

"""Both languages are complete: every word of the pages has a translation; no template says words outside of them."""

import ast
import io
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po

PORTAL = Path(__file__).parents[2] / "src" / "qilian" / "portal"
KEYWORDS = {
    **dict.fromkeys(["_", "gettext", "gettext_lazy", "gettext_noop"], None),
    **dict.fromkeys(["ngettext", "ngettext_lazy"], (1, 2)),
    **dict.fromkeys(["pgettext", "pgettext_lazy"], ((1, "c"), 2)),
}
APPS = sorted({path.parent.name for path in PORTAL.glob("*/apps.py")})


@pytest.fixture(autouse=True)
def _django(settings_of_tests: None) -> None:
    """Reading a template needs Django's settings."""


def words_of(app: str) -> dict[str, str]:
    """Return every message of an app's Python files and templates, and where it stands."""
    from django.utils.translation.template import templatize

    found = {}
    for path in sorted((PORTAL / app).rglob("*")):
        if path.suffix == ".py" and "migrations" not in path.parts:
            source = path.read_text(encoding="utf-8")
        elif path.suffix in (".html", ".txt") and "templates" in path.parts:
            source = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        else:
            continue
        for line, message, _, _ in extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS):
            for one in message if isinstance(message, tuple) else (message,):
                if one:
                    found.setdefault(one, f"{path.relative_to(PORTAL)}:{line}")
    return found


def translated() -> set[str]:
    """Return every message that has Chinese words, in whichever app."""
    done: set[str] = set()
    for path in PORTAL.rglob("*.po"):
        with path.open("rb") as stream:
            for message in read_po(stream):
                if message.id and message.string and not message.fuzzy:
                    done.update(message.id if isinstance(message.id, tuple) else (message.id,))
    return done


@pytest.mark.parametrize("app", APPS)
def test_every_word_has_its_chinese(app: str):
    done = translated()
    missing = [f"{place}: {message!r}" for message, place in words_of(app).items() if message not in done]
    assert not missing, "\n".join(missing)


@pytest.mark.parametrize("path", sorted(PORTAL.rglob("templates/**/*.html")), ids=lambda path: path.name)
def test_no_template_says_words_that_are_not_translated(path: Path):
    if path.name in ("failed.html", "too_large.html"):  # say both languages, since nothing may be looked up there
        return
    text = re.sub(r"{% *comment.*?endcomment *%}|{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.S)
    text = re.sub(r"{% *blocktrans.*?endblocktrans(late)? *%}", "", text, flags=re.S)
    text = re.sub(r"{%.*?%}|{{.*?}}", "", text, flags=re.S)
    attributes = re.findall(r'(?:aria-label|title|alt|placeholder)="([^"]*)"', text)
    text = re.sub(r"<(script|style|svg)\b.*?</\1>", "", text, flags=re.S)
    shown = [*attributes, *re.split(r"<[^>]*>", text)]
    words = [part.strip() for part in shown if re.search(r"[A-Za-z]{3,}|[一-鿿]", re.sub(r"&\w+;", "", part))]
    names = {"English", "中文", "ICS", "ISO 10218-1"}  # the same in both languages
    assert {word.strip("· ") for word in words} <= names, words


def test_a_message_has_the_same_chinese_in_every_app():
    """Django joins the apps' words: where two differ, one of them would be shown in the other's place."""
    said: dict[tuple[object, object], dict[str, str]] = {}
    for path in sorted(PORTAL.rglob("*.po")):
        with path.open("rb") as stream:
            for message in read_po(stream):
                if message.id:
                    said.setdefault((message.context, message.id), {})[path.parts[-4]] = str(message.string)
    assert not {key: words for key, words in said.items() if len(set(words.values())) > 1}


HALF = re.compile("[\u4e00-\u9fff）][,;:?!]|[,;:?!][\u4e00-\u9fff]|[\u4e00-\u9fff]\\([^%)]*\\)")


@pytest.mark.parametrize("app", APPS)
def test_chinese_has_chinese_punctuation(app: str):
    """Write ， ； ： ？ （） beside Chinese characters, not the half-width signs of English."""
    wrong = []
    for path in (PORTAL / app).rglob("*.po"):
        with path.open("rb") as stream:
            for message in read_po(stream):
                told = message.string if isinstance(message.string, tuple) else (message.string,)
                wrong += [said for said in told if message.id and HALF.search(said)]
    assert not wrong, "\n".join(wrong)


def test_the_rooms_and_the_readme_speak_chinese_with_chinese_punctuation(repository: Path):
    """Every ``Text`` that is written in the code, and the Chinese front page but for its commands."""
    wrong = []
    for path in (repository / "src" / "qilian").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Text" and node.args:
                said = node.args[0]
                parts = said.values if isinstance(said, ast.JoinedStr) else [said]
                whole = "".join(str(each.value) if isinstance(each, ast.Constant) else "{}" for each in parts)
                if HALF.search(whole):
                    wrong.append(f"{path.relative_to(repository)}:{node.lineno}: {whole}")
    readme = (repository / "README.zh-CN.md").read_text(encoding="utf-8")
    prose = re.sub(r"```.*?```|`[^`]*`|\]\([^)]*\)", "", readme, flags=re.DOTALL)
    wrong += [line for line in prose.splitlines() if HALF.search(line)]
    assert not wrong, "\n".join(wrong)

"""Chinese first, English complete: every text of the source has its Chinese, compiled."""

import re
import shutil
from pathlib import Path

import polib
import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale/zh_Hans/LC_MESSAGES/django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]")


@pytest.fixture(scope="module")
def chinese():
    return polib.pofile(str(CATALOGUE))


def key(entry):
    return entry.msgctxt or "", entry.msgid


@pytest.mark.skipif(not shutil.which("xgettext"), reason="needs GNU gettext to read the sources")
def test_every_text_of_the_sources_is_in_the_catalogue(chinese, tmp_path, monkeypatch):
    for name in ("config", "staff", "accounts", "development", "visits", "complaints", "templates"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "locale").mkdir()
    monkeypatch.chdir(tmp_path)  # makemessages writes into the locale folder it stands beside
    call_command("makemessages", locale=["zh_Hans"], symlinks=True, verbosity=0)
    found = polib.pofile(str(tmp_path / "locale/zh_Hans/LC_MESSAGES/django.po"))
    here, there = {key(e) for e in found}, {key(e) for e in chinese}
    assert here - there == set(), "not translated yet"
    assert there - here == set(), "no longer used"


def test_every_entry_has_its_chinese(chinese):
    assert not [e.msgid for e in chinese if not e.translated() or e.fuzzy]


def test_placeholders_are_kept(chinese):
    changed = []
    for entry in chinese:
        source = entry.msgid_plural or entry.msgid
        chinese_text = entry.msgstr_plural[0] if entry.msgid_plural else entry.msgstr
        if sorted(PLACEHOLDER.findall(source)) != sorted(PLACEHOLDER.findall(chinese_text)):
            changed.append(entry.msgid)
    assert not changed


def test_the_compiled_catalogue_is_the_written_one(chinese):
    compiled = polib.mofile(str(CATALOGUE.with_suffix(".mo")))
    written = {key(e): (e.msgstr, e.msgstr_plural) for e in chinese}
    assert {key(e): (e.msgstr, e.msgstr_plural) for e in compiled} == written


HALF_WIDTH = re.compile(r"[\u4e00-\u9fff》”）][,;:!?(]|[,;!?)][\u4e00-\u9fff]")
NOT_READ = {"yes,no,not known"}  # for the template filter


def test_chinese_has_its_own_punctuation(chinese):
    texts = {e.msgid: [e.msgstr, *e.msgstr_plural.values()] for e in chinese}
    found = [m for m, said in texts.items() if any(map(HALF_WIDTH.search, said))]
    assert set(found) == NOT_READ


# Between two values of a page: `{{ a }}: {{ b }}`, ` ({{ a }})`, `join:", "`. In a sentence that is
# translated as a whole, its Chinese says how.
BESIDE_VALUES = re.compile(r'\}\}[:;] |%\}[,:;] |[ >]\(\{[{%]|join:"')
SENTENCE = re.compile(r"\{% blocktranslate .*?endblocktranslate %\}", re.DOTALL)


def test_pages_leave_punctuation_to_the_language():
    pages = [p for p in (ROOT / "templates").rglob("*.*") if "django/forms" not in str(p)]
    assert [p.name for p in pages if BESIDE_VALUES.search(SENTENCE.sub("", p.read_text()))] == []

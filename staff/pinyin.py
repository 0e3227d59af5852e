"""Names as people type them: full pinyin, initials, and the order they are read in."""

from typing import Any

from django.db import models
from pypinyin import Style, lazy_pinyin


def full_pinyin(text: str) -> str:
    """`上海华为` → `shanghaihuawei`; Latin letters stay, in lower case."""
    return "".join(lazy_pinyin(text)).lower().replace(" ", "")


def initials(text: str) -> str:
    """`上海华为` → `shhw`."""
    return "".join(lazy_pinyin(text, style=Style.FIRST_LETTER)).lower().replace(" ", "")


class PinyinField(models.CharField[str, str]):
    """A copy of another field in pinyin, made whenever the row is saved or bulk-created.

    Not by `.update()`: whoever updates the source that way updates this too.
    """

    def __init__(self, *args: Any, source: str = "", short: bool = False, **kwargs: Any) -> None:
        self.source, self.short = source, short
        kwargs.setdefault("editable", False)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "source": self.source, "short": self.short}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        text = getattr(model_instance, self.source)
        value = (initials(text) if self.short else full_pinyin(text))[: self.max_length]
        setattr(model_instance, self.attname, value)
        return value

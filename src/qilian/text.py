"""Words in the two languages of the platform: Chinese first, English complete."""

from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in Chinese and in English; an empty side falls back to the other."""

    zh: str
    en: str

    def say(self, language: Language) -> str:
        """Return the words in ``language``, or in the other one where that side is empty."""
        first, second = (self.zh, self.en) if language == "zh" else (self.en, self.zh)
        return first or second

    def __bool__(self) -> bool:
        return bool(self.zh or self.en)

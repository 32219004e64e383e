"""The root of every error that Qilian raises on purpose.

Each room derives its own class from :class:`QilianError`, so that a caller can catch one room or all of them.
The command line prints the error as one line and leaves with code 2.
"""


class QilianError(Exception):
    """Input that cannot be used: what is wrong, where, and how to mend it.

    Parameters
    ----------
    what
        The fault, in the words of the reader's field ("432 kg: not an energy").
    where
        File, line and field, as far as they are known ("unitree-g1.yaml line 14").
    mend
        What the reader can do ("write an energy, e.g. 432 Wh").
    """

    def __init__(self, what: str, *, where: str = "", mend: str = "") -> None:
        self.what = what
        self.where = where
        self.mend = mend
        super().__init__(what)

    def __str__(self) -> str:
        line = self.what
        if self.where:
            line += f", in {self.where}"
        if self.mend:
            line += f"; {self.mend}"
        return " ".join(line.split())

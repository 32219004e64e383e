"""The shape of ``qilian-routing-what-if/1`` and ``qilian-routing-replan/1``, from which their JSON Schemas are made."""

from typing import Literal

from pydantic import BaseModel

from qilian.routing.file_models import AssignmentFile, PlanFile


class FiguresFile(BaseModel):
    """Hours to the end of the last test, yuan and kilometres."""

    hours: float
    price: float
    kilometres: float


class MovedFile(BaseModel):
    """A test with another bench or hour than before."""

    before: AssignmentFile
    after: AssignmentFile


class WordsFile(BaseModel):
    """The same words in Chinese and English; empty where there is nothing to say."""

    zh: str
    en: str


class WhatIfFile(BaseModel):
    """What changes lead to; plan, after and difference are null where there is no plan, and reason says why."""

    format: Literal["qilian-routing-what-if/1"]
    changes: list[str]
    plan: PlanFile | None
    before: FiguresFile
    after: FiguresFile | None
    difference: FiguresFile | None
    moved: list[MovedFile]
    reason: WordsFile
    impossible: bool


class ReplanFile(BaseModel):
    """A plan after events: past and future, what was kept, moved and added, and the bounds."""

    format: Literal["qilian-routing-replan/1"]
    plan: PlanFile
    fixed: list[AssignmentFile]
    kept: list[AssignmentFile]
    moved: list[MovedFile]
    added: list[AssignmentFile]
    stopped: list[AssignmentFile]
    fewest_changes: int
    fewest_proven: bool
    near_bound: float | None
    before: FiguresFile
    after: FiguresFile
    difference: FiguresFile

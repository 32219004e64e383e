"""The models of the answers for two objectives: their JSON Schemas are published in ``schemas``."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from qilian.routing.file_models import PlanFile

Number = Annotated[int | float, Field(allow_inf_nan=False)]


class FrontPointFile(BaseModel):
    """A plan on the front: no plan complete by ``hours`` costs less than ``least_cost``, and none that costs at most
    ``cost`` is complete before ``earliest``; proven when these are its own cost and hours."""

    hours: int
    cost: Number
    least_cost: Number
    earliest: int
    proven: bool
    plan: PlanFile


class FrontFile(BaseModel):
    """Points of the front of time and price (yuan) or distance (km), the fastest first."""

    format: Literal["qilian-routing-front/1"]
    charge: Literal["price", "distance"]
    complete: bool
    proven: bool
    seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    points: list[FrontPointFile]


class StageFile(BaseModel):
    """One objective with its value, and a bound that holds for all plans as good for the objectives before it."""

    objective: Literal["time", "makespan", "price", "distance"]
    value: Number
    lower_bound: Number
    proven: bool


class RankingFile(BaseModel):
    """A plan for two objectives in order."""

    format: Literal["qilian-routing-ranking/1"]
    proven: bool
    stages: list[StageFile]
    plan: PlanFile

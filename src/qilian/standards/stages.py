"""Stages of a document's life by the international harmonized stage codes, in plain words.

In comes a code such as ``60.60``; out go words for it and the standing of a document at that stage. The codes are those
of ISO Guide 69 (two digits for the stage, two for the substage).
"""

from collections.abc import Mapping
from types import MappingProxyType

from qilian.standards.editions import Status
from qilian.text import Text

PUBLISHED = "60.60"
CONFIRMED = "90.93"
WITHDRAWN = "95.99"

STAGES: Mapping[str, Text] = MappingProxyType(
    {
        "00.00": Text("收到新项目提案", "proposal for a new project received"),
        "00.20": Text("新项目提案评审中", "proposal for a new project under review"),
        "00.60": Text("新项目提案评审结束", "review of the proposal closed"),
        "00.98": Text("新项目提案放弃", "proposal for a new project abandoned"),
        "00.99": Text("同意投票表决新项目提案", "proposal released for ballot"),
        "10.00": Text("新项目提案登记", "proposal for a new project registered"),
        "10.20": Text("新项目投票中", "new project under ballot"),
        "10.60": Text("新项目投票结束", "ballot on the new project closed"),
        "10.92": Text("提案退回提案方", "proposal returned to its submitter"),
        "10.98": Text("新项目被否决", "new project rejected"),
        "10.99": Text("新项目批准立项", "new project approved"),
        "20.00": Text("列入工作计划", "project in the work programme"),
        "20.20": Text("工作组草案研究中", "working draft under study"),
        "20.60": Text("工作组草案意见征集结束", "comments on the working draft closed"),
        "20.98": Text("工作组草案阶段项目取消", "project deleted at working draft"),
        "20.99": Text("工作组草案获准登记为委员会草案", "working draft approved as committee draft"),
        "30.00": Text("委员会草案登记", "committee draft registered"),
        "30.20": Text("委员会草案征求意见中", "committee draft under comment or ballot"),
        "30.60": Text("委员会草案征求意见结束", "comment or ballot on the committee draft closed"),
        "30.92": Text("委员会草案退回工作组", "committee draft sent back to the working group"),
        "30.98": Text("委员会草案阶段项目取消", "project deleted at committee draft"),
        "30.99": Text("委员会草案获准登记为国际标准草案", "committee draft approved as enquiry draft"),
        "40.00": Text("征询意见草案登记", "enquiry draft registered"),
        "40.20": Text("征询意见草案投票中", "enquiry draft under ballot"),
        "40.60": Text("征询意见草案投票结束", "enquiry ballot closed"),
        "40.92": Text("征询意见草案退回委员会", "enquiry draft sent back to the committee"),
        "40.93": Text("决定重新投票征询意见草案", "second enquiry ballot decided"),
        "40.98": Text("征询意见阶段项目取消", "project deleted at enquiry"),
        "40.99": Text("征询意见草案获准进入批准阶段", "enquiry draft approved for the approval stage"),
        "50.00": Text("最终草案登记", "final draft registered for approval"),
        "50.20": Text("最终草案投票或校样审核中", "final draft under ballot or proof in hand"),
        "50.60": Text("最终草案投票结束", "ballot on the final draft closed"),
        "50.92": Text("最终草案退回委员会", "final draft sent back to the committee"),
        "50.98": Text("批准阶段项目取消", "project deleted at approval"),
        "50.99": Text("最终草案获准出版", "final draft approved for publication"),
        "60.00": Text("出版中", "under publication"),
        "60.60": Text("已发布", "published"),
        "90.20": Text("复审中", "under systematic review"),
        "90.60": Text("复审投票结束", "review closed"),
        "90.92": Text("将修订", "to be revised"),
        "90.93": Text("复审确认继续有效", "confirmed"),
        "90.99": Text("拟废止", "withdrawal proposed"),
        "95.20": Text("废止投票中", "withdrawal under ballot"),
        "95.60": Text("废止投票结束", "withdrawal ballot closed"),
        "95.92": Text("决定不废止", "decided not to withdraw"),
        "95.99": Text("已废止", "withdrawn"),
    }
)

_MAIN = MappingProxyType(
    {
        "00": Text("预备阶段", "preliminary stage"),
        "10": Text("提案阶段", "proposal stage"),
        "20": Text("起草阶段", "preparatory stage"),
        "30": Text("委员会阶段", "committee stage"),
        "40": Text("征询意见阶段", "enquiry stage"),
        "50": Text("批准阶段", "approval stage"),
        "60": Text("出版阶段", "publication stage"),
        "90": Text("复审阶段", "review stage"),
        "95": Text("废止阶段", "withdrawal stage"),
    }
)


def stage_words(stage: str) -> Text:
    """Return a stage in words; of an unknown substage the words of its stage, of an unknown stage the code itself."""
    return STAGES.get(stage) or _MAIN.get(stage[:2]) or Text(stage, stage)


def status_of(stage: str) -> Status:
    """Return the standing of a document at a stage.

    A document is a draft until its publication (60.60), and stands until its withdrawal (95.99): a withdrawal that is
    only under ballot changes nothing. Whether a withdrawn document was replaced is not said by its stage.
    """
    if stage[:2] not in _MAIN:
        return Status.UNKNOWN
    if stage == WITHDRAWN or is_abandoned(stage):
        return Status.WITHDRAWN
    return Status.DRAFT if stage < PUBLISHED else Status.CURRENT


def is_abandoned(stage: str) -> bool:
    """Whether a project ended without being published (substage 98)."""
    return stage.endswith(".98") and stage < PUBLISHED

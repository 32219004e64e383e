"""Fills an installation with sample data and one demo account for each role; run again it changes nothing.

Everything that it makes says that it is for the demonstration. Apps add their part by :func:`part`.
"""

from collections.abc import Callable, Iterator

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from qilian.portal.accounts.models import Kind, Membership, Organisation, User
from qilian.portal.errors import PortalError

PASSWORD = "qilian-demo-2026"  # noqa: S105 - printed on purpose: the demo's accounts are for everybody
DOMAIN = "demo.example"
LABORATORY = "zj-robot"
"""The sample network's laboratory that the demo account of a laboratory belongs to."""

_ORGANISATIONS: tuple[tuple[str, Kind, str, str, str, str], ...] = (
    ("firm", Kind.FIRM, "示例机器人有限公司（演示）", "330108", "", "马晓"),
    ("supplier", Kind.FIRM, "示例减速器有限公司（演示）", "330203", "", "钱一"),
    ("laboratory", Kind.LABORATORY, "示例实验室（演示）", "330108", LABORATORY, "石敏"),
    ("window", Kind.WINDOW, "滨江区质量服务窗口（演示）", "330108", "", "李窗"),
    ("regulator", Kind.REGULATOR, "浙江省监管部门（演示）", "330000", "", "郑省"),
    ("ningbo", Kind.REGULATOR, "宁波市监管部门（演示）", "330200", "", "宁市"),
    ("expert", Kind.EXPERT, "示例标准专家组（演示）", "330100", "", "方专"),
    ("operator", Kind.OPERATOR, "平台运营方（演示）", "330000", "", "王运"),
)

Part = Callable[[], Iterator[str]]
_parts: list[Part] = []


def part(fill: Part) -> Part:
    """Register what an app fills in for the demo, in its ``ready``; yields lines for the operator."""
    _parts.append(fill)
    return fill


def fill() -> Iterator[str]:
    """Fill in what is missing; yield lines that say what is there.

    Raises
    ------
    PortalError
        If the portal has accounts that are not the demo's: real use and demo do not mix.
    """
    if (
        User.objects.exclude(email__endswith=f"@{DOMAIN}").exists()
        and not Organisation.objects.filter(is_demo=True).exists()
    ):
        raise PortalError(
            "there are accounts already",
            where=str(settings.DATABASES["default"]["NAME"]),
            mend="fill the demo into an empty QILIAN_HOME",
        )
    with transaction.atomic():
        password = make_password(PASSWORD)
        for login, kind, name, region, laboratory, person in _ORGANISATIONS:
            organisation, _ = Organisation.objects.get_or_create(
                name=name, defaults={"kind": kind, "region": region, "laboratory": laboratory, "is_demo": True}
            )
            user, made = User.objects.get_or_create(
                email=f"{login}@{DOMAIN}", defaults={"name": person, "password": password}
            )
            if made:
                from allauth.account.models import EmailAddress

                EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
            Membership.objects.get_or_create(user=user, organisation=organisation, defaults={"is_admin": True})
    for each in _parts:
        yield from each()
    yield "演示账号（仅供演示，勿用于真实数据）/ Demo accounts, for the demonstration only, never for real data:"
    for login, kind, *_ in _ORGANISATIONS:
        yield f"  {login}@{DOMAIN}  {PASSWORD}  {kind.label}"

"""Fills the demo firm's workbench: invented products, a report that it holds, a plan; run again it adds nothing."""

from collections.abc import Iterator
from datetime import date
from importlib.resources import files

from qilian.portal.accounts.actor import Actor
from qilian.portal.accounts.models import Membership, Organisation
from qilian.portal.workbench import making, reading
from qilian.portal.workbench.knowledge import pack
from qilian.portal.workbench.models import Evidence, Product

_SAMPLES = files("qilian.portal.workbench") / "samples"
_WISHES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("sample-joint-70", ("CN",)),
    ("sample-cobot-5", ("CN", "EU")),
    ("sample-amr-100", ("CN", "EU")),
)
_ON = date(2026, 12, 1)
_PLANNED, _REPORT = "sample-amr-100", "sample-amr-100-electrical.json"


def fill() -> Iterator[str]:
    """Make what is missing; tell what is there. A pack without the samples' words gets no samples."""
    member = Membership.objects.filter(user__email__startswith="firm@", organisation__is_demo=True).first()
    if member is None or pack().id != "robots":
        return
    actor = Actor(member.user, member)
    for name, markets in _WISHES:
        if not Product.objects.filter(organisation=member.organisation, identifier=name).exists():
            product = _product(member.organisation, name, markets)
            if name == _PLANNED:
                _evidence(product)
                making.make(product, actor)
    yield f"示例产品 {len(_WISHES)} 个(虚构)/ {len(_WISHES)} sample products (invented)"


def _product(firm: Organisation, name: str, markets: tuple[str, ...]) -> Product:
    file = f"{name}.yaml"
    made, written = reading.read_uploaded_product((_SAMPLES / file).read_bytes(), file, pack())
    return Product.objects.create(
        organisation=firm,
        pack=pack().id,
        identifier=made.id,
        name=made.name.zh,
        name_en=made.name.en,
        maker=made.maker.zh,
        maker_en=made.maker.en,
        parameters=written,
        asked=list(written),
        markets=list(markets),
        on=_ON,
        home="hangzhou",
        is_sample=True,
    )


def _evidence(product: Product) -> None:
    content = (_SAMPLES / _REPORT).read_bytes()
    reports = reading.read_uploaded_evidence(content, _REPORT)
    Evidence.objects.create(
        product=product,
        name=_REPORT,
        content=content,
        size=len(content),
        sha256=reading.digest(content),
        reports=reading.in_short(reports),
    )

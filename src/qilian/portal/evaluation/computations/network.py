"""Computed from the laboratories as they are kept today: which benches can be booked on line."""

from qilian.portal.accounts import regions
from qilian.portal.evaluation.computing import CannotTell, Found, Record, Scope, computation
from qilian.portal.network.models import Bench
from qilian.text import Text


@computation("portal.benches")
def benches(scope: Scope) -> Found:
    """Benches that take appointments, with their calendar; of today, since nobody keeps what they were."""
    if not scope.is_now:
        raise CannotTell(Text("只能按当前状态计算，请选当前周期", "only known as of today: choose the present period"))
    rows = Bench.objects.filter(
        is_open=True, laboratory__region__startswith=regions.prefix(scope.subject.region)
    ).values_list("laboratory_id", flat=True)
    counts: dict[int, int] = {}
    for laboratory in rows:
        counts[laboratory] = counts.get(laboratory, 0) + 1
    total = sum(counts.values())
    return Found(
        float(total),
        tuple(Record("laboratory", number, str(count)) for number, count in sorted(counts.items())),
        Text(
            f"{scope.last_day.isoformat()}：{len(counts)} 家实验室的 {total} 台设备可在线预约",
            f"{scope.last_day.isoformat()}: {total} benches of {len(counts)} laboratories take appointments on line",
        ),
    )

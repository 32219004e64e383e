"""An indicator system as plain values, in the form that its file has, so that a frozen contest can carry it."""

from qilian.evaluation.systems import Indicator, IndicatorSystem, Scale, Target
from qilian.text import Text


def system_to_data(system: IndicatorSystem) -> dict[str, object]:
    """Return a system in its written form; :func:`~qilian.evaluation.systems.read_system` reads the same one back."""
    return {
        "id": system.id,
        "version": system.version,
        "title": _text(system.title),
        "method": system.method.value,
        "missing": system.missing.value,
        "weights": {
            "method": system.weighting.value,
            "spread": system.weights_spread,
            "comparisons": [[each.first, each.second, each.times] for each in system.comparisons],
        },
        "groups": [{"id": name, "title": _text(title)} for name, title in system.groups.items()],
        "indicators": [_indicator(each) for each in system.indicators],
        "sample": system.sample,
        "note": _text(system.note),
    }


def _indicator(indicator: Indicator) -> dict[str, object]:
    source: dict[str, object] = {"kind": indicator.source.kind}
    if indicator.source.computation:
        source["computation"] = indicator.source.computation
    return {
        "id": indicator.id,
        "group": indicator.group,
        "title": _text(indicator.title),
        "definition": _text(indicator.definition),
        "unit": _text(indicator.unit),
        "direction": indicator.direction.value,
        "scale": _scale(indicator.scale),
        "frequency": indicator.frequency,
        "source": source,
        "uncertainty": {"relative": indicator.relative_uncertainty, "absolute": indicator.absolute_uncertainty},
        "weight": indicator.weight,
        "targets": [_target(each) for each in indicator.targets],
        "sources": list(indicator.sources),
        "confidence": indicator.confidence,
        "note": _text(indicator.note),
    }


def _scale(scale: Scale | None) -> object:
    if scale is None:
        return "field"
    if scale.low_zero is not None and scale.high_zero is not None:
        return {"zero": [scale.low_zero, scale.high_zero], "full": [scale.low_full, scale.high_full]}
    if scale.low_zero is not None:
        return {"zero": scale.low_zero, "full": scale.low_full}
    return {"zero": scale.high_zero, "full": scale.high_full}


def _target(target: Target) -> dict[str, object]:
    data: dict[str, object] = {"level": target.level, "period": target.period, "value": target.value}
    if target.baseline_period is not None:
        data["baseline"] = {"period": target.baseline_period, "value": target.baseline}
    return data


def _text(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}

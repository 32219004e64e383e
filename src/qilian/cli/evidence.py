"""``qilian evidence``: which reports are accepted, and credentials that anyone can check without a telephone call."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qilian.cli.common import (
    NEGATIVE,
    JsonOption,
    Lang,
    LangOption,
    PackOption,
    console,
    print_json,
    read_date,
    write_whole,
)
from qilian.errors import QilianError

if TYPE_CHECKING:
    from qilian.text import Language

app = typer.Typer(no_args_is_help=True, help="Reports already held: acceptance, signing, verification.")

KeyOption = Annotated[Path, typer.Option(help="Key file (made by `evidence key`).", show_default=False)]


@app.command()
def decide(
    reports: Annotated[list[Path], typer.Argument(help="Report files or folders.", show_default=False)],
    product: Annotated[Path, typer.Option(help="Product file (YAML).", show_default=False)],
    market: Annotated[list[str], typer.Option(help="A market; repeat for several.", show_default=False)],
    on: Annotated[str, typer.Option(help="Date to decide on, e.g. 2026-12-01.", show_default=False)],
    until: Annotated[str | None, typer.Option(help="Also list what stops being accepted up to this date.")] = None,
    pack: PackOption = "robots",
    lang: LangOption = Lang.zh,
    as_json: JsonOption = False,
) -> None:
    """Say which tests of a product the reports answer, in which markets, and until when."""
    from qilian.compliance import assess, merge_tests
    from qilian.content import load_pack
    from qilian.evidence import (
        Register,
        apply_evidence,
        decision_to_data,
        identity_of,
        market_table,
        outlook,
        outlook_to_data,
        read_reports,
        table_to_data,
    )
    from qilian.product import read_product

    language: Language = lang.value
    knowledge = load_pack(pack)
    made = read_product(product, knowledge.vocabulary)
    markets = list(dict.fromkeys(market))
    day = read_date(on, "--on")
    assessment = assess(made.values, knowledge.rules, knowledge.implications, knowledge.vocabulary, markets, day)
    held = read_reports(reports)
    demands = merge_tests(assessment, knowledge.tests, knowledge.catalogue, day).demands
    catalogue, identity, register = knowledge.catalogue, identity_of(made), Register.of(knowledge.network)
    rules = {rule.id: rule for rule in knowledge.rules}
    applied = apply_evidence(
        held,
        demands,
        knowledge.policies,
        day,
        catalogue=catalogue,
        product=identity,
        rules=rules,
        markets=markets,
        register=register,
    )
    coming = outlook(
        held,
        demands,
        knowledge.policies,
        day,
        read_date(until, "--until") if until else day,
        catalogue=catalogue,
        product=identity,
        rules=rules,
        markets=markets,
        register=register,
    )
    if as_json:
        tests = [{"test": each.demand.item.id, "decision": decision_to_data(each)} for each in applied.decisions]
        table = table_to_data(market_table(applied, markets))
        print_json({"on": on, "tests": tests, "markets": table, "outlook": outlook_to_data(coming)})
    else:
        terminal = console()
        for decision in applied.decisions:
            item = decision.demand.item
            by_market = ", ".join(f"{each.market} {each.outcome.value}" for each in decision.programmes)
            terminal.print(f"{item.id}  {item.name.say(language)}: {by_market}", highlight=False, markup=False)
        for expiry in coming.expiries:
            clauses = ", ".join(cited.clause.id for cited in expiry.because)
            line = f"{expiry.first_day}  {expiry.report.id} {expiry.item.id} ({expiry.policy.id}): {clauses}"
            terminal.print(line, highlight=False, markup=False)
        for notice in applied.notices:
            terminal.print(f"• {notice.say(language)}", highlight=False, markup=False)
    if not applied.answered:
        raise typer.Exit(NEGATIVE)


@app.command()
def key(
    path: Annotated[Path, typer.Argument(help="Where to write the key; never overwritten.", show_default=False)],
    name: Annotated[str, typer.Option(help="Name of the issuer.", show_default=False)],
    did: Annotated[str | None, typer.Option(help="did:web of the issuer; a did:jwk is made without it.")] = None,
) -> None:
    """Make a signing key (ES256), readable by its owner only."""
    from qilian.evidence.credentials import create_key

    made = create_key(path, name=name, did=did)
    typer.echo(f"{path}: {made.did}")


@app.command()
def sign(
    reports: Annotated[list[Path], typer.Argument(help="Report files or folders.", show_default=False)],
    key: KeyOption,
    out: Annotated[Path, typer.Option(help="Folder for the credentials.", show_default=False)],
    portal: Annotated[
        str | None, typer.Option(help="Address for the short link; writes a QR code beside each credential.")
    ] = None,
) -> None:
    """Issue reports as verifiable credentials (vc+jwt), one file each; all or none."""
    from qilian.evidence import read_reports
    from qilian.evidence.credentials import mark_of, read_key, sign_reports

    held = read_reports(reports)
    issued = sign_reports(held, read_key(key), datetime.now(UTC).astimezone())
    marks = [mark_of(text, portal) if portal else None for text in issued.texts]
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise QilianError(f"cannot be made ({error.strerror})", where=str(out), mend="name another folder") from None
    for report, text, mark in zip(held, issued.texts, marks, strict=True):
        path = out / f"{_file_name(report.id)}.vc.jwt"
        write_whole(path, text + "\n")
        typer.echo(path)
        if mark:
            write_whole(path.with_suffix(".svg"), mark.svg)
            typer.echo(f"  {mark.link}")


@app.command()
def verify(
    credentials: Annotated[list[Path], typer.Argument(help="Credential files.", show_default=False)],
    trust: Annotated[Path, typer.Option(help="Trust list (YAML, qilian-trust/1).", show_default=False)],
    status: Annotated[list[Path] | None, typer.Option(help="Status list credentials; repeat for several.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Verify credentials offline, by the keys of a trust list and by status lists."""
    from qilian.evidence.credentials import read_status_lists, read_trust
    from qilian.evidence.credentials import verify as check

    now = datetime.now(UTC)
    trusted = read_trust(trust)
    lists = read_status_lists([_text(path) for path in status or ()], trusted, now)
    found = {path: check(_text(path), trusted, lists, now) for path in credentials}
    if as_json:
        print_json(
            [
                {
                    "file": path.name,
                    "ok": each.ok,
                    "issuer": each.issuer,
                    "problems": [
                        {"fault": problem.fault.value, "message": problem.message} for problem in each.problems
                    ],
                }
                for path, each in found.items()
            ]
        )
    else:
        for path, each in found.items():
            typer.echo(f"{path.name}: {'ok, ' + (each.issuer_name or each.issuer or '') if each.ok else 'refused'}")
            for problem in each.problems:
                typer.echo(f"  {problem.fault.value}: {problem.message}")
    if not all(each.ok for each in found.values()):
        raise typer.Exit(NEGATIVE)


def _file_name(report: str) -> str:
    """Return a report's id as a file name: what is no letter, digit, dot or hyphen becomes a hyphen."""
    return re.sub(r"[^\w.-]+", "-", report).strip(".") or "report"


def _text(path: Path) -> str:
    """Read a credential; one newline at the end, which editors and `sign` add, is not part of it."""
    from qilian.documents import read_bytes

    try:
        return read_bytes(path).decode("ascii").removesuffix("\n")
    except UnicodeDecodeError:
        raise QilianError("not a credential", where=path.name, mend="give a vc+jwt file") from None

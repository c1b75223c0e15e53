"""Output of make check, within 80 columns."""

from collections import Counter
from collections.abc import Iterable

from rich import box
from rich.markup import escape
from rich.table import Table

from operations.check.authorisation import Authorisation
from operations.check.report import Report
from operations.check.sources import READABLE, REMEDIES, Source
from operations.terminal import SafeConsole, one_line

ROWS = 20
"""Sources shown, the unreadable ones first, unless all are requested."""

_REGIMES = {
    "NEW-DEV": "Development Mode since February 2026: contents of own and collaborative playlists",
    "OLD-DEV": "Development Mode before February 2026: contents of public playlists",
    "EXT": "Extended Quota Mode: contents of every readable playlist",
}
_NO_REGIME = "unknown: only playlists show it, in the library or in a run"
_APP_ONLY = (
    "the app's own token, no user. Newer apps (NEW-DEV) read no contents of playlists with it"
)
_EXPIRY = "Spotify lets it expire after about 180"


def show(report: Report, console: SafeConsole, *, every: bool, not_recorded: str | None) -> None:
    """Print the report; `not_recorded` says why there is no ledger, `every` lists all sources."""
    console.print(_facts(report))
    _show_sources(report, console, None if every else ROWS)
    console.print(_calls(report))
    for line in _assumptions(report):
        console.print(line, markup=False)
    _show_fit(report, console)
    console.print(_made(report, not_recorded), markup=False)


def _facts(report: Report) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column()
    authorised = report.authorisation
    table.add_row("Authorisation", _authorisation(authorised))
    if authorised.has_user and authorised.works:
        scopes = authorised.scopes
        table.add_row("Scopes", "not stated" if scopes is None else escape(", ".join(scopes)))
    table.add_row("Regime", _regime(report.regime))
    for fault in filter(None, (authorised.fault, report.fault)):
        table.add_row("[red]✗[/]", escape(one_line(fault)))
    return table


def _regime(regime: str | None) -> str:
    return f"{regime}: {_REGIMES[regime]}" if regime in _REGIMES else _NO_REGIME


def _authorisation(authorised: Authorisation) -> str:
    if not authorised.works:
        return "does not work"
    if not authorised.has_user:
        return _APP_ONLY
    if authorised.age_days is None:
        return "works: a user's, of unknown age"
    return f"works: a user's, {authorised.age_days:.0f} days old ({_EXPIRY})"


def _show_sources(report: Report, console: SafeConsole, limit: int | None) -> None:
    ranked = sorted(report.sources, key=lambda one: (one.is_readable, one.status == READABLE))
    if not ranked:
        return
    console.print(f"\n{_summary(ranked)}", markup=False)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("status", no_wrap=True)
    table.add_column("entries", justify="right", no_wrap=True)
    table.add_column("id", no_wrap=True)
    table.add_column("name", ratio=1)
    for one in ranked[:limit]:
        entries = "–" if one.entries is None else f"{one.entries:,}"
        table.add_row(escape(one.status), entries, escape(one_line(one.id)), _name(one))
    console.print(table)
    left = ranked[limit:] if limit else []
    if left:
        console.print(f"… and {len(left):,} more ({_counts(left)}): ALL=1 lists all", markup=False)
    for status in dict.fromkeys(one.status for one in ranked):
        if status in REMEDIES:
            console.print(f"{status}: {REMEDIES[status]}", markup=False)


def _name(source: Source) -> str:
    return escape(one_line(source.name)) if source.name else f"({source.kind})"


def _summary(found: Iterable[Source]) -> str:
    found = list(found)
    entries = sum(one.entries or 0 for one in found)
    return f"{len(found):,} sources: {_counts(found)}; {entries:,} entries known"


def _counts(found: Iterable[Source]) -> str:
    counts = Counter(one.status for one in found)
    return ", ".join(f"{number:,} {status}" for status, number in counts.items())


def _calls(report: Report) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("calls of schedule")
    for title in ("runs a day", "first run", "unchanged day", "typical day"):
        table.add_column(title, justify="right", no_wrap=True)
    for one in report.forecasts:
        figures = (one.runs, one.first_run, one.unchanged_day, one.typical_day)
        table.add_row(escape(one.schedule), *(f"{figure:,}" for figure in figures))
    return table


def _assumptions(report: Report) -> Iterable[str]:
    for one in report.forecasts:
        origin = "as on the last day with runs" if one.is_measured else "an assumption"
        yield (
            f"Typical day of {one.schedule}: {one.share:.0%} of the playlists change ({origin}), "
            "of average length."
        )
    yield (
        "Sources of unknown length count as one call. Every "
        f"{report.full_refresh_days} days unchanged playlists are read again, as in a first run."
    )


def _show_fit(report: Report, console: SafeConsole) -> None:
    mark = "[green]✓[/]" if report.fits else "[red]✗[/]"
    verb = "fits" if report.fits else "does not fit"
    console.print(
        f"{mark} A typical day {verb}: {report.typical_day:,} of {report.usable_calls:,} calls "
        f"(spotify.daily_calls = {report.daily_calls:,}, less what other schedules keep)"
    )
    days = report.first_run_days
    spread = "fits in a day" if days == 1 else f"spreads over {days:,} days"
    console.print(f"  The first run {spread}: {report.first_run:,} calls")
    if not report.fits:
        console.print("  Name fewer sources, run less often, or raise spotify.daily_calls")


def _made(report: Report, not_recorded: str | None) -> str:
    made = f"The check made {report.calls:,} call{'' if report.calls == 1 else 's'}"
    if not report.calls:
        return f"{made}."
    if not_recorded:
        return f"{made}, not recorded since no ledger can be reached: {not_recorded}"
    return f"{made}, recorded in the ledger. In the last 24 hours: {report.calls_24h:,}."

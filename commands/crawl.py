"""The command behind make crawl."""

import typer

from commands.deployments import DEPLOYMENT_ERRORS, Env, announce_deployment
from commands.entry_point import INTERRUPTED, run_app
from operations.crawl import CrawlError, crawl, last_crawl
from operations.terminal import SafeConsole, guard_stderr, one_line

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
console = SafeConsole()

_EXPECTED = (*DEPLOYMENT_ERRORS, CrawlError)


@app.command()
def main(environment: Env = "") -> None:
    """Start the Glue crawler, and follow it to its end. Exit code 1 if the crawl fails."""
    deployment = announce_deployment(environment, console)
    glue, name = deployment.client("glue"), deployment.output("CrawlerName")
    try:
        with console.status("Starting the crawler …") as status:
            for state in crawl(glue, name):
                status.update(f"Crawling: {state} …")
    except KeyboardInterrupt:
        console.print("Progress display stopped. The crawl goes on; make crawl shows it again")
        raise typer.Exit(INTERRUPTED) from None
    last = last_crawl(glue, name)
    began = f", started {last.started_at:%Y-%m-%d %H:%M:%S %Z}" if last.started_at else ""
    console.print(f"[green]✓[/] Crawl succeeded in {last.seconds:,.0f} s{began}")
    console.print(
        f"  Tables created: {last.tables_created:,}, updated: {last.tables_updated:,}"
        f"{'; log ' + one_line(last.log) if last.log else ''}",
        soft_wrap=True,
        markup=False,
    )


if __name__ == "__main__":
    guard_stderr()
    run_app(app, console, _EXPECTED)

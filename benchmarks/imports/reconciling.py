"""Runs plays_reconciled on the plays in a folder, of which the API has reported one in ten."""

from pathlib import Path

import duckdb

from local.gateway.athena.translation import for_duckdb
from stacks.sql_files import views

_PLAYS = """
create table plays as
select * from exported
union all by name
select
    'api' as origin,
    'recently-played' as source,
    position,
    played_at + interval 200 millisecond as played_at,
    track_id,
    item_type,
    uri,
    item_name,
    artist_name,
    run_id,
    extracted_at
from exported
where track_id is not null and position % 10 = 0
"""


def run(_: Path, folder: Path) -> dict[str, int]:
    texts = {view.name: view.text for view in views()}
    connection = duckdb.connect()
    connection.read_parquet(str(folder / "plays" / "*.parquet")).create_view("exported")
    connection.execute(_PLAYS)
    connection.execute("set threads = 2")
    sql = for_duckdb(
        texts["plays_reconciled"], database="main", view_text=lambda _, name: texts.get(name)
    )
    plays = connection.sql(sql)
    connection.register("reconciled", plays)
    counts = "select count(*), count(match_seconds), sum((origin = 'api')::int) from reconciled"
    [[rows, matched, alone]] = connection.execute(counts).fetchall()
    return {"rows": rows, "matched": matched, "of the API alone": int(alone)}

-- title: Run history
-- question: How did the runs go: what did each see, store and refuse, and how long did it take?
-- reading: Each row is a run by its last attempt, the latest run first; `api_calls` and `seconds` are those of that attempt.
-- chart: bar x=day y=entries color=status
-- finding: The latest run, of the schedule {schedule} on {day}, is {status} (playlists seen: {seen}, walked: {walked}, refused: {refused}).
-- reads: runs_latest; all days
select
    ingest_date as day,
    schedule,
    status,
    attempt,
    playlists_seen as seen,
    playlists_walked as walked,
    playlists_refused as refused,
    entries,
    parts,
    api_calls,
    calls_24h,
    round(cast(to_unixtime(finished_at) - to_unixtime(started_at) as double), 1) as seconds,
    reason,
    run_id
from runs_latest
order by
    run_id desc
limit 100

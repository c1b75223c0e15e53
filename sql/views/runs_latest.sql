-- title: Latest attempts
-- question: How did each run end, by its last attempt?
select
    run_id,
    attempt,
    schedule,
    status,
    reason,
    regime,
    started_at,
    finished_at,
    resume_at,
    api_calls,
    calls_24h,
    throttled_seconds,
    playlists_seen,
    playlists_walked,
    playlists_refused,
    entries,
    parts,
    extracted_at,
    ingest_date
from (
    select
        *,
        row_number() over (partition by run_id order by attempt desc) as recency
    from runs
) as attempts
where recency = 1

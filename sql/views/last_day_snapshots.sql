-- title: Snapshots of the last day
-- question: Which playlists changed on the last day that was extracted, from which snapshot to which?
-- column day: The last day that was extracted, as YYYY-MM-DD.
-- column is_now: Whether it is the last snapshot of that day, or else the one before that day.
-- column read_on: The day on which the playlist had that snapshot, as YYYY-MM-DD.
-- Two rows a playlist. The snapshot before that day is the last one that was read before it; of a
-- playlist that was not read before, it is the first one of that day.
with
observations as (
    select
        *,
        max(ingest_date) over () as day
    from playlist_observations_recent
),
readings as (
    select
        *,
        ingest_date = day as is_of_day,
        row_number() over (
            partition by playlist_id, ingest_date = day
            order by ingest_date desc, run_id desc, extracted_at desc
        ) as recency,
        row_number() over (
            partition by playlist_id
            order by ingest_date, run_id, extracted_at
        ) as age_rank
    from observations
    where
        status in ('walked', 'unchanged')
        and snapshot_id is not null
),
compared as (
    select
        *,
        is_of_day and recency = 1 as is_now,
        min(snapshot_id) over (partition by playlist_id) as one_snapshot_id,
        max(snapshot_id) over (partition by playlist_id) as other_snapshot_id
    from readings
    where
        recency = 1
        or (is_of_day and age_rank = 1)
)
select
    playlist_id,
    day,
    is_now,
    snapshot_id,
    walk_run_id,
    walked_on,
    ingest_date as read_on
from compared
where one_snapshot_id <> other_snapshot_id

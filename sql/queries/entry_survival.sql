-- title: Survival of entries
-- question: How many of the entries that a playlist had when it was first read are still there later?
-- reading: Each row is a number of days after the first reading, over the playlists that were read on that day; an entry counts once for each playlist, and one that comes back counts again.
-- chart: line x=days y=share
-- finding: Of the entries that playlists had at first, {surviving} of {entries} were there {days} days later (playlists: {playlists}).
-- reads: playlist_items, playlist_observations; all days
with
observations as (
    select
        playlist_id,
        snapshot_id,
        walk_run_id,
        walked_on,
        ingest_date as day,
        row_number() over (
            partition by playlist_id, ingest_date
            order by run_id desc, extracted_at desc
        ) as recency
    from playlist_observations
    where
        status in ('walked', 'unchanged')
        and snapshot_id is not null
        and walk_run_id is not null
),
-- The last reading of each day.
readings as (
    select
        *,
        first_value(snapshot_id) over (partition by playlist_id order by day) as first_snapshot_id,
        min(day) over (partition by playlist_id) as first_day
    from observations
    where recency = 1
),
snapshots as (
    select distinct
        playlist_id,
        snapshot_id,
        walk_run_id,
        walked_on,
        snapshot_id = first_snapshot_id as is_first
    from readings
),
entries as (
    select
        snapshots.playlist_id,
        snapshots.snapshot_id,
        items.uri,
        bool_or(snapshots.is_first) as is_first
    from playlist_items as items
    inner join snapshots
        on items.playlist_id = snapshots.playlist_id
        and items.snapshot_id = snapshots.snapshot_id
        and items.run_id = snapshots.walk_run_id
        and items.ingest_date = snapshots.walked_on
    where items.uri is not null
    group by snapshots.playlist_id, snapshots.snapshot_id, items.uri
),
marked as (
    select
        playlist_id,
        snapshot_id,
        bool_or(is_first) over (partition by playlist_id, uri) as was_there_first
    from entries
),
survivors as (
    select
        playlist_id,
        snapshot_id,
        count_if(was_there_first) as surviving
    from marked
    group by playlist_id, snapshot_id
),
counted as (
    select
        readings.playlist_id,
        date_diff('day', cast(readings.first_day as date), cast(readings.day as date)) as days,
        coalesce(survivors.surviving, 0) as surviving,
        first_value(coalesce(survivors.surviving, 0)) over (
            partition by readings.playlist_id
            order by readings.day
        ) as entries
    from readings
    left join survivors
        on readings.playlist_id = survivors.playlist_id
        and readings.snapshot_id = survivors.snapshot_id
)
select
    days,
    count(*) as playlists,
    sum(entries) as entries,
    sum(surviving) as surviving,
    round(cast(sum(surviving) as double) / nullif(sum(entries), 0), 4) as share
from counted
group by days
order by days desc

-- title: Turnover
-- question: Which playlists renew their entries the fastest?
-- reading: `turnover_per_day` is the share of a playlist's entries that is replaced in a day: the mean of what was added and removed between its first and its last reading, by the days between them and its average number of entries; null if it was read on one day only.
-- chart: bar x=turnover_per_day y=playlist
-- finding: No playlist renews a larger share of its entries than {playlist} ({turnover_per_day} of 1 in a day, from {first_day} to {last_day}).
-- reads: playlist_changes, playlist_observations; all days
with
-- The last reading of each day.
days as (
    select
        playlist_id,
        ingest_date as day,
        max_by(entries, run_id) as entries
    from (
        select
            playlist_id,
            run_id,
            ingest_date,
            status,
            snapshot_id,
            max(stored_entries) over (partition by playlist_id, snapshot_id) as entries,
            walk_run_id
        from playlist_observations
    ) as observations
    where
        status in ('walked', 'unchanged')
        and snapshot_id is not null
        and walk_run_id is not null
    group by playlist_id, ingest_date
),
read_playlists as (
    select
        playlist_id,
        min(day) as first_day,
        max(day) as last_day,
        date_diff('day', cast(min(day) as date), cast(max(day) as date)) as days,
        avg(cast(entries as double)) as average_entries
    from days
    group by playlist_id
),
names as (
    select
        playlist_id,
        max_by(name, run_id) filter (where name is not null) as name
    from playlist_observations
    group by playlist_id
),
changes as (
    select
        playlist_id,
        coalesce(sum(copies) filter (where change = 'added'), 0) as added,
        coalesce(sum(copies) filter (where change = 'removed'), 0) as removed
    from playlist_changes
    group by playlist_id
)
select
    names.name as playlist,
    coalesce(changes.added, 0) as added,
    coalesce(changes.removed, 0) as removed,
    round(read_playlists.average_entries, 1) as average_entries,
    round(
        cast(coalesce(changes.added, 0) + coalesce(changes.removed, 0) as double) / 2
        / nullif(read_playlists.average_entries, 0)
        / nullif(read_playlists.days, 0), 4
    ) as turnover_per_day,
    read_playlists.first_day,
    read_playlists.last_day,
    read_playlists.playlist_id
from read_playlists
left join names
    on read_playlists.playlist_id = names.playlist_id
left join changes
    on read_playlists.playlist_id = changes.playlist_id
order by
    turnover_per_day desc nulls last,
    added desc,
    names.name asc nulls last,
    read_playlists.playlist_id asc
limit 100

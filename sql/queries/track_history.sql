-- title: A track's playlists
-- question: In which playlists was a given track, from when to when, and how high?
-- reading: The days are those on which a reading of the playlist holds the track, by the last reading of a day; `is_still_there` is of the playlist's last reading, and ranks count from 1.
-- chart: bar x=days y=playlist color=is_still_there
-- finding: No playlist held the track on more days than {playlist} (days: {days}, best rank: {best_rank}).
-- reads: playlist_observations, snapshot_items; all days
-- parameter: track_id varchar 4iJyoBOLtHqaGxP12qzhQI Spotify id of the track.
with
given as (
    select cast(? as varchar) as track_id
),
observations as (
    select
        playlist_id,
        name,
        snapshot_id,
        walk_run_id,
        walked_on,
        run_id,
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
readings as (
    select
        *,
        day = max(day) over (partition by playlist_id) as is_last
    from observations
    where recency = 1
),
places as (
    select
        items.playlist_id,
        items.snapshot_id,
        min(items.position) + 1 as rank
    from snapshot_items as items
    inner join given
        on items.item_id = given.track_id
    where items.item_type = 'track'
    group by items.playlist_id, items.snapshot_id
)
select
    max_by(readings.name, readings.run_id) as playlist,
    min(readings.day) as first_day,
    max(readings.day) as last_day,
    count(*) as days,
    min(places.rank) as best_rank,
    max_by(places.rank, readings.run_id) as last_rank,
    bool_or(readings.is_last) as is_still_there,
    readings.playlist_id
from readings
inner join places
    on readings.playlist_id = places.playlist_id
    and readings.snapshot_id = places.snapshot_id
group by readings.playlist_id
order by
    days desc,
    best_rank asc,
    playlist asc nulls last,
    readings.playlist_id asc

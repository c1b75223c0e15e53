-- title: Playlist changes
-- question: What was added to and removed from each playlist between consecutive snapshots?
-- column previous_snapshot_id: Version of the contents before the change.
-- column snapshot_id: Version of the contents after the change.
-- column change: added or removed.
-- column copies: How many copies of the entry were added or removed.
-- An entry is its uri, with repetition: `copies` says how many were added or removed. Entries
-- that Spotify no longer describes have no uri and count together.
with
readings as (
    select
        playlist_id,
        snapshot_id,
        walk_run_id,
        walked_on,
        run_id,
        extracted_at,
        ingest_date,
        lag(snapshot_id) over (
            partition by playlist_id
            order by ingest_date, run_id, extracted_at
        ) as previous_snapshot_id,
        lag(walk_run_id) over (
            partition by playlist_id
            order by ingest_date, run_id, extracted_at
        ) as previous_walk_run_id,
        lag(walked_on) over (
            partition by playlist_id
            order by ingest_date, run_id, extracted_at
        ) as previous_walked_on
    from playlist_observations
    where
        status in ('walked', 'unchanged')
        and snapshot_id is not null
),
-- Each step twice: the snapshot's entries are gained, those of the previous one lost.
sides as (
    select
        readings.playlist_id,
        readings.previous_snapshot_id,
        readings.snapshot_id,
        readings.run_id,
        readings.extracted_at,
        readings.ingest_date,
        signs.gained,
        case when signs.gained > 0 then readings.snapshot_id
            else readings.previous_snapshot_id end as side_snapshot_id,
        case when signs.gained > 0 then readings.walk_run_id
            else readings.previous_walk_run_id end as side_run_id,
        case when signs.gained > 0 then readings.walked_on
            else readings.previous_walked_on end as side_day
    from readings
    cross join (values (1), (-1)) as signs (gained)
    where readings.previous_snapshot_id <> readings.snapshot_id
)
select
    sides.playlist_id,
    sides.previous_snapshot_id,
    sides.snapshot_id,
    case when sum(sides.gained) > 0 then 'added' else 'removed' end as change,
    items.uri,
    max(items.item_type) as item_type,
    max(items.item_id) as item_id,
    cast(abs(sum(sides.gained)) as bigint) as copies,
    sides.run_id,
    sides.extracted_at,
    sides.ingest_date
from playlist_items as items
inner join sides
    on items.playlist_id = sides.playlist_id
    and items.snapshot_id = sides.side_snapshot_id
    and items.run_id = sides.side_run_id
    and items.ingest_date = sides.side_day
group by
    sides.playlist_id,
    sides.previous_snapshot_id,
    sides.snapshot_id,
    items.uri,
    sides.run_id,
    sides.extracted_at,
    sides.ingest_date
having sum(sides.gained) <> 0

-- title: Playlist changes
-- question: What was added to and removed from each playlist between consecutive snapshots?
-- An entry is its uri, with repetition: `copies` says how many were added or removed. Entries
-- that Spotify no longer describes have no uri and count together.
with
observations as (
    select
        playlist_id,
        snapshot_id,
        run_id,
        extracted_at,
        ingest_date,
        lag(snapshot_id) over (
            partition by playlist_id
            order by ingest_date, run_id, extracted_at
        ) as previous_snapshot_id
    from playlists
    where status in ('walked', 'unchanged')
),
steps as (
    select *
    from observations
    where previous_snapshot_id <> snapshot_id
),
contents as (
    select
        playlist_id,
        snapshot_id,
        uri,
        max(item_type) as item_type,
        max(item_id) as item_id,
        count(*) as copies
    from snapshot_items
    group by playlist_id, snapshot_id, uri
),
sides as (
    select
        steps.*,
        contents.uri,
        contents.item_type,
        contents.item_id,
        contents.copies as gained
    from steps
    inner join contents
        on steps.playlist_id = contents.playlist_id
        and steps.snapshot_id = contents.snapshot_id
    union all
    select
        steps.*,
        contents.uri,
        contents.item_type,
        contents.item_id,
        -contents.copies as gained
    from steps
    inner join contents
        on steps.playlist_id = contents.playlist_id
        and steps.previous_snapshot_id = contents.snapshot_id
)
select
    playlist_id,
    previous_snapshot_id,
    snapshot_id,
    case when sum(gained) > 0 then 'added' else 'removed' end as change,
    uri,
    max(item_type) as item_type,
    max(item_id) as item_id,
    cast(abs(sum(gained)) as bigint) as copies,
    run_id,
    extracted_at,
    ingest_date
from sides
group by playlist_id, previous_snapshot_id, snapshot_id, uri, run_id, extracted_at, ingest_date
having sum(gained) <> 0

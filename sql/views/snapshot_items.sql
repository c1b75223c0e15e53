-- title: Snapshot entries
-- question: What was in each snapshot of a playlist, each entry once?
with
walks as (
    select distinct
        playlist_id,
        snapshot_id,
        walk_run_id,
        walked_on
    from playlist_observations
    where status = 'walked'
)
select
    items.playlist_id,
    items.snapshot_id,
    items.position,
    items.item_type,
    items.item_id,
    items.uri,
    items.added_at,
    items.added_by,
    items.run_id,
    items.extracted_at,
    items.ingest_date
from playlist_items as items
inner join walks
    on items.playlist_id = walks.playlist_id
    and items.snapshot_id = walks.snapshot_id
    and items.run_id = walks.walk_run_id
    and items.ingest_date = walks.walked_on

-- title: Current playlist entries
-- question: What is in each current playlist, each entry once?
-- A snapshot may have been walked by several runs: it is read from the last of them. Joining
-- through `playlists`, which is written last, shows a walk whole or not at all.
with
walks as (
    select
        playlist_id,
        snapshot_id,
        max(run_id) as run_id
    from playlists
    where status = 'walked'
    group by playlist_id, snapshot_id
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
from playlists_current
inner join walks
    on playlists_current.playlist_id = walks.playlist_id
    and playlists_current.snapshot_id = walks.snapshot_id
inner join playlist_items as items
    on walks.playlist_id = items.playlist_id
    and walks.snapshot_id = items.snapshot_id
    and walks.run_id = items.run_id

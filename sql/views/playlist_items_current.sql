-- title: Current playlist entries
-- question: What is in each current playlist, each entry once?
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
inner join snapshot_items as items
    on playlists_current.playlist_id = items.playlist_id
    and playlists_current.snapshot_id = items.snapshot_id

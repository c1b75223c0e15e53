-- title: Current playlist entries
-- question: What is in each current playlist, each entry once?
-- column playlist: Last known name of the playlist.
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
    items.ingest_date,
    playlists_current.name as playlist
from playlist_items_recent as items
inner join playlists_current
    on items.playlist_id = playlists_current.playlist_id
    and items.snapshot_id = playlists_current.snapshot_id
    and items.run_id = playlists_current.walk_run_id
    and items.ingest_date = playlists_current.walked_on

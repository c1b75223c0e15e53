-- title: Snapshot entries
-- question: What was in each snapshot of a playlist, each entry once?
-- Several runs may have walked a snapshot: it is read from the one that stored the most entries,
-- the last of them. Joining through `playlists`, which is written last, shows a walk whole or not
-- at all.
with
walks as (
    select
        playlist_id,
        snapshot_id,
        run_id,
        row_number() over (
            partition by playlist_id, snapshot_id
            order by stored_entries desc, run_id desc
        ) as preference
    from playlists
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
from walks
inner join playlist_items as items
    on walks.playlist_id = items.playlist_id
    and walks.snapshot_id = items.snapshot_id
    and walks.run_id = items.run_id
where walks.preference = 1

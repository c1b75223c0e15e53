-- title: Playlist observations
-- question: What did each run see of each playlist, and which run holds the snapshot's entries?
-- column walk_run_id: The run that stored the entries of the snapshot; null if none did.
-- column walked_on: The day of that run, as YYYY-MM-DD.
-- Several runs may have walked a snapshot: `walk_run_id` is the one that stored the most entries,
-- the last of them, and `walked_on` its day. `playlists` is written after the entries: a walk is
-- visible whole or not at all.
select
    playlist_id,
    name,
    description,
    owner_id,
    owner_name,
    is_public,
    is_collaborative,
    snapshot_id,
    followers,
    total_entries,
    stored_entries,
    status,
    reason,
    first_value(case when status = 'walked' then run_id end) over (
        partition by playlist_id, snapshot_id
        order by case when status = 'walked' then 0 else 1 end, stored_entries desc, run_id desc
    ) as walk_run_id,
    first_value(case when status = 'walked' then ingest_date end) over (
        partition by playlist_id, snapshot_id
        order by case when status = 'walked' then 0 else 1 end, stored_entries desc, run_id desc
    ) as walked_on,
    run_id,
    extracted_at,
    ingest_date
from playlists

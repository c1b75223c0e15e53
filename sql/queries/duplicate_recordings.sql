-- title: Duplicates
-- question: Which current playlists hold an entry twice, or one recording under several ids?
-- The same recording has the same ISRC.
with
entries as (
    select
        items.playlist_id,
        items.uri,
        items.item_id,
        entry_descriptions.name,
        tracks_latest.isrc
    from playlist_items_current as items
    left join entry_descriptions
        on items.uri = entry_descriptions.uri
    left join tracks_latest
        on items.item_type = 'track'
        and items.item_id = tracks_latest.track_id
    where items.uri is not null
),
duplicates as (
    select
        playlist_id,
        'same entry' as kind,
        max(name) as entry,
        count(*) as copies,
        1 as ids,
        uri as shared
    from entries
    group by playlist_id, uri
    having count(*) > 1
    union all
    select
        playlist_id,
        'same recording' as kind,
        min(name) as entry,
        count(*) as copies,
        count(distinct item_id) as ids,
        isrc as shared
    from entries
    where isrc is not null
    group by playlist_id, isrc
    having count(distinct item_id) > 1
)
select
    playlists_current.name as playlist,
    duplicates.kind,
    duplicates.entry,
    duplicates.copies,
    duplicates.ids,
    duplicates.shared,
    duplicates.playlist_id
from duplicates
left join playlists_current
    on duplicates.playlist_id = playlists_current.playlist_id
order by
    duplicates.copies desc,
    playlists_current.name asc nulls last,
    duplicates.playlist_id asc,
    duplicates.kind asc,
    duplicates.shared asc
limit 100

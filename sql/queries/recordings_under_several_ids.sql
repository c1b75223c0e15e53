-- title: Recordings under several ids
-- question: Which recordings are in current playlists under several ids?
-- reading: Tracks with the same ISRC are the same recording, such as a single and its album's track; each `playlists` and `entries` counts all of its ids.
-- chart: bar x=ids y=track
-- finding: No recording has more ids than {track} (ids: {ids}, playlists: {playlists}).
-- reads: playlist_items_current, tracks_latest_recent; days of current playlists
select
    min(tracks_latest.name) as track,
    count(distinct items.item_id) as ids,
    count(distinct items.playlist_id) as playlists,
    count(*) as entries,
    tracks_latest.isrc,
    array_join(array_sort(array_agg(distinct items.item_id)), ', ') as track_ids
from playlist_items_current as items
inner join tracks_latest_recent as tracks_latest
    on items.item_id = tracks_latest.track_id
where
    items.item_type = 'track'
    and tracks_latest.isrc is not null
group by tracks_latest.isrc
having count(distinct items.item_id) > 1
order by
    ids desc,
    playlists desc,
    entries desc,
    tracks_latest.isrc asc
limit 100

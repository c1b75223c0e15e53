-- title: Record labels
-- question: Which record labels are the tracks in current playlists from?
-- reading: The label is that of the track's album, as Spotify writes it; the row without one is of albums whose label is not known.
-- chart: bar x=share_of_entries y=label
-- finding: No label has more entries than {label} (entries: {entries}, {share_of_entries} of 1).
-- reads: albums_latest_recent, playlist_items_current, tracks_latest_recent; days of current playlists and of what is known of their albums
select
    albums_latest.label,
    count(*) as entries,
    round(cast(count(*) as double) / sum(count(*)) over (), 4) as share_of_entries,
    count(distinct items.item_id) as tracks,
    count(distinct albums_latest.album_id) as albums,
    count(distinct items.playlist_id) as playlists
from playlist_items_current as items
left join tracks_latest_recent as tracks_latest
    on items.item_id = tracks_latest.track_id
left join albums_latest_recent as albums_latest
    on tracks_latest.album_id = albums_latest.album_id
where items.item_type = 'track'
group by albums_latest.label
order by
    albums_latest.label is null asc,
    entries desc,
    albums_latest.label asc
limit 100

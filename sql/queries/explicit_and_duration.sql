-- title: Explicit lyrics and duration
-- question: How many tracks of each current playlist are explicit, and how long are its tracks?
-- reading: Each track counts as often as it is in the playlist, the share is of those that are known to be explicit or not, and what is not known is null.
-- chart: bar x=explicit_share y=playlist
-- finding: Of the playlists whose tracks are known to be explicit or not, none has a larger share of explicit ones than {playlist} ({explicit_share} of 1).
-- reads: playlist_items_current, playlists_current, tracks_latest_recent; days of current playlists
select
    playlists_current.name as playlist,
    count(items.item_id) as tracks,
    round(
        cast(count_if(tracks_latest.is_explicit) as double)
        / nullif(count(tracks_latest.is_explicit), 0), 4
    ) as explicit_share,
    round(cast(min(tracks_latest.duration_ms) as double) / 1000) as shortest_seconds,
    round(avg(cast(tracks_latest.duration_ms as double)) / 1000) as average_seconds,
    round(cast(max(tracks_latest.duration_ms) as double) / 1000) as longest_seconds,
    playlists_current.playlist_id
from playlists_current
left join playlist_items_current as items
    on playlists_current.playlist_id = items.playlist_id
    and items.item_type = 'track'
left join tracks_latest_recent as tracks_latest
    on items.item_id = tracks_latest.track_id
group by playlists_current.playlist_id, playlists_current.name
order by
    explicit_share desc nulls last,
    playlists_current.name asc nulls last,
    playlists_current.playlist_id asc

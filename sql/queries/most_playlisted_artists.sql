-- title: Most playlisted artists
-- question: Which artists are in the most of the current playlists, and with how many tracks?
-- reading: An artist counts wherever they perform a track, first or not; `entries` counts each place of a track, `playlists` and `tracks` each once.
-- chart: bar x=playlists y=artist
-- finding: No artist is in more current playlists than {artist} (playlists: {playlists}, tracks: {tracks}).
-- reads: artists_latest_recent, playlist_items_current, track_artists_latest_recent; days of current playlists and of what is known of their tracks and artists
with
credits as (
    select distinct
        track_id,
        artist_id
    from track_artists_latest_recent
),
places as (
    select
        credits.artist_id,
        count(distinct items.playlist_id) as playlists,
        count(distinct items.item_id) as tracks,
        count(*) as entries
    from playlist_items_current as items
    inner join credits
        on items.item_id = credits.track_id
    where items.item_type = 'track'
    group by credits.artist_id
)
select
    artists_latest.name as artist,
    places.playlists,
    places.tracks,
    places.entries,
    places.artist_id
from places
left join artists_latest_recent as artists_latest
    on places.artist_id = artists_latest.artist_id
order by
    places.playlists desc,
    places.tracks desc,
    places.entries desc,
    places.artist_id asc
limit 25

-- title: Most playlisted tracks
-- question: Which tracks are in the most of the current playlists?
-- reading: A track counts once for each playlist that holds it, and in `entries` as often as it is there; podcast episodes and local files are left out.
-- chart: bar x=playlists y=track
-- finding: No track is in more current playlists than {track} by {artists} (playlists: {playlists}, entries: {entries}).
-- reads: artists_latest_recent, playlist_items_current, track_artists_latest_recent, tracks_latest_recent; days of current playlists and of what is known of their tracks and artists
with
places as (
    select
        item_id as track_id,
        count(distinct playlist_id) as playlists,
        count(*) as entries
    from playlist_items_current
    where item_type = 'track'
    group by item_id
),
names as (
    select
        credits.track_id,
        array_join(array_agg(artists_latest.name order by credits.position), ', ') as artists,
        array_join(array_agg(credits.artist_id order by credits.position), ', ') as artist_ids
    from track_artists_latest_recent as credits
    inner join artists_latest_recent as artists_latest
        on credits.artist_id = artists_latest.artist_id
    group by credits.track_id
)
select
    tracks_latest.name as track,
    names.artists,
    places.playlists,
    places.entries,
    places.track_id,
    names.artist_ids
from places
left join tracks_latest_recent as tracks_latest
    on places.track_id = tracks_latest.track_id
left join names
    on places.track_id = names.track_id
order by
    places.playlists desc,
    places.entries desc,
    places.track_id asc
limit 25

-- title: Artist collaborations
-- question: Which artists perform together on the most tracks of current playlists?
-- reading: A pair counts a track once, in however many playlists it is; artists who only share an album do not count.
-- chart: bar x=tracks y=artist color=other_artist
-- finding: No two artists perform together on more tracks of current playlists than {artist} and {other_artist} (tracks: {tracks}, playlists: {playlists}).
-- reads: artists_latest_recent, playlist_items_current, track_artists_latest_recent; days of current playlists and of what is known of their tracks and artists
with
credits as (
    select distinct
        track_id,
        artist_id
    from track_artists_latest_recent
),
places as (
    select distinct
        item_id as track_id,
        playlist_id
    from playlist_items_current
    where item_type = 'track'
),
pairs as (
    select
        one.artist_id as one_id,
        other.artist_id as other_id,
        count(distinct one.track_id) as tracks,
        count(distinct places.playlist_id) as playlists
    from credits as one
    inner join credits as other
        on one.track_id = other.track_id
        and one.artist_id < other.artist_id
    inner join places
        on one.track_id = places.track_id
    group by one.artist_id, other.artist_id
)
select
    one.name as artist,
    other.name as other_artist,
    pairs.tracks,
    pairs.playlists,
    pairs.one_id as artist_id,
    pairs.other_id as other_artist_id
from pairs
left join artists_latest_recent as one
    on pairs.one_id = one.artist_id
left join artists_latest_recent as other
    on pairs.other_id = other.artist_id
order by
    pairs.tracks desc,
    pairs.playlists desc,
    pairs.one_id asc,
    pairs.other_id asc
limit 50

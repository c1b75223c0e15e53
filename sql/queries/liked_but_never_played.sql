-- title: Liked but never played
-- question: Which liked songs have no play that any source reports?
-- reading: A song counts as played if a play has its id, or its name and first artist; plays before the first one that is stored are not known, and podcast episodes and local files are left out.
-- chart: none
-- finding: No liked song without a play has been liked for longer than {track} by {artist} (liked on {liked_on}).
-- reads: artists_latest, playlist_items_current, plays, track_artists_latest, tracks_latest; all days of plays, days of current playlists
-- Whether a song was played does not depend on how often a play was reported, so the reports suffice.
with
liked as (
    select
        items.item_id as track_id,
        min(items.added_at) as liked_at
    from playlist_items_current as items
    where
        items.playlist_id = 'liked'
        and items.item_type = 'track'
        and items.item_id is not null
    group by items.item_id
),
named as (
    select
        liked.track_id,
        liked.liked_at,
        tracks_latest.name as track,
        artists_latest.name as artist,
        credits.artist_id
    from liked
    left join tracks_latest
        on liked.track_id = tracks_latest.track_id
    left join track_artists_latest as credits
        on liked.track_id = credits.track_id
        and credits.position = 0
    left join artists_latest
        on credits.artist_id = artists_latest.artist_id
),
heard as (
    select distinct keys.play_key
    from plays
    cross join
        unnest(array[
            'id ' || plays.track_id,
            'name ' || lower(plays.item_name || '/' || plays.artist_name)
        ]) as keys (play_key)
    where keys.play_key is not null
)
select
    named.track,
    named.artist,
    date_format(named.liked_at at time zone 'UTC', '%Y-%m-%d') as liked_on,
    named.track_id,
    named.artist_id
from named
cross join
    unnest(array[
        'id ' || named.track_id, 'name ' || lower(named.track || '/' || named.artist)
    ]) as keys (liked_key)
left join heard
    on keys.liked_key = heard.play_key
group by named.track, named.artist, named.liked_at, named.track_id, named.artist_id
having count(heard.play_key) = 0
order by
    named.liked_at asc nulls last,
    named.track_id asc
limit 500

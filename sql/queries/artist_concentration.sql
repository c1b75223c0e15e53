-- title: Artists per playlist
-- question: How concentrated is each current playlist on few artists, and who has the largest share of it?
-- reading: `top_share` is the share of entries that the artist with the most of them performs; `effective_artists` is the number of equally frequent artists with the same concentration (the inverse Herfindahl index).
-- chart: bar x=top_share y=playlist
-- finding: No artist has a larger share of a playlist than {top_artist} of {playlist} (entries: {top_entries} of {entries}).
-- reads: artists_latest_recent, playlist_items_current, track_artists_latest_recent; days of current playlists and of what is known of their tracks and artists
with
credits as (
    select distinct
        track_id,
        artist_id
    from track_artists_latest_recent
),
performed as (
    select
        items.playlist_id,
        items.playlist,
        credits.artist_id,
        row_number() over (
            partition by items.playlist_id, items.position
            order by credits.artist_id
        ) as number
    from playlist_items_current as items
    inner join credits
        on items.item_id = credits.track_id
    where items.item_type = 'track'
),
shares as (
    select
        playlist_id,
        playlist,
        artist_id,
        count(*) as entries,
        sum(count(*)) over (partition by playlist_id) as all_credits,
        sum(count_if(number = 1)) over (partition by playlist_id) as all_entries,
        row_number() over (partition by playlist_id order by count(*) desc, artist_id) as place
    from performed
    group by playlist_id, playlist, artist_id
),
measured as (
    select
        playlist_id,
        playlist,
        max(all_entries) as entries,
        count(*) as artists,
        1 / sum(power(cast(entries as double) / all_credits, 2)) as effective_artists,
        max(entries) as top_entries,
        max(artist_id) filter (where place = 1) as top_artist_id
    from shares
    group by playlist_id, playlist
)
select
    measured.playlist,
    measured.entries,
    measured.artists,
    round(measured.effective_artists, 1) as effective_artists,
    artists_latest.name as top_artist,
    measured.top_entries,
    round(cast(measured.top_entries as double) / measured.entries, 4) as top_share,
    measured.top_artist_id,
    measured.playlist_id
from measured
left join artists_latest_recent as artists_latest
    on measured.top_artist_id = artists_latest.artist_id
order by
    cast(measured.top_entries as double) / measured.entries desc,
    measured.entries desc,
    measured.playlist asc nulls last,
    measured.playlist_id asc

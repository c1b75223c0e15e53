-- title: A playlist as of a day
-- question: What was in a playlist at the end of a given day?
-- reading: The entries are in order, as the playlist was last read up to that day, and the column `link`, copied and pasted into an empty playlist in Spotify's desktop app, restores them all but local files and what Spotify no longer describes, which have no link.
-- chart: none
-- finding: {playlist} was last read up to that day on {read_on}, with {entries} entries.
-- reads: artists, episodes, playlist_items, playlist_observations, track_artists, tracks; all days for the snapshot, and of its entries only the day on which they were read
-- parameter: playlist_id varchar 37i9dQZF1DXcBWIGoYBM5M Spotify id of the playlist.
-- parameter: day date 2026-03-02 The day, as YYYY-MM-DD.
with
given as (
    select
        cast(? as varchar) as playlist_id,
        cast(? as varchar) as day
),
readings as (
    select
        observed.*,
        row_number() over (
            order by observed.ingest_date desc, observed.run_id desc, observed.extracted_at desc
        ) as recency
    from playlist_observations as observed
    inner join given
        on observed.playlist_id = given.playlist_id
    where
        observed.ingest_date <= given.day
        and observed.status in ('walked', 'unchanged')
        and observed.snapshot_id is not null
),
-- A run may describe a track or an artist several times.
described as (
    select
        readings.playlist_id,
        readings.name as playlist,
        readings.ingest_date as read_on,
        items.position,
        items.item_type,
        items.item_id,
        items.uri,
        items.added_at,
        items.added_by,
        credits.position as artist_position,
        max(tracks.name) as track,
        max(episodes.name) as episode,
        max(artists.name) as artist,
        max(artists.artist_id) as artist_id
    from readings
    inner join playlist_items as items
        on readings.playlist_id = items.playlist_id
        and readings.snapshot_id = items.snapshot_id
        and readings.walk_run_id = items.run_id
        and readings.walked_on = items.ingest_date
    left join tracks
        on items.item_type = 'track'
        and items.item_id = tracks.track_id
        and items.run_id = tracks.run_id
        and items.ingest_date = tracks.ingest_date
    left join episodes
        on items.item_type = 'episode'
        and items.item_id = episodes.episode_id
        and items.run_id = episodes.run_id
        and items.ingest_date = episodes.ingest_date
    left join track_artists as credits
        on tracks.track_id = credits.track_id
        and tracks.run_id = credits.run_id
        and tracks.ingest_date = credits.ingest_date
    left join artists
        on credits.artist_id = artists.artist_id
        and credits.run_id = artists.run_id
        and credits.ingest_date = artists.ingest_date
    where readings.recency = 1
    group by
        readings.playlist_id,
        readings.name,
        readings.ingest_date,
        items.position,
        items.item_type,
        items.item_id,
        items.uri,
        items.added_at,
        items.added_by,
        credits.position
)
select
    position,
    coalesce(max(nullif(track, '')), max(nullif(episode, '')), uri, 'unavailable') as entry,
    array_join(
        array_agg(artist order by artist_position) filter (where artist is not null), ', '
    ) as artists,
    case
        when item_type in ('track', 'episode')
            then concat('https://open.spotify.com/', item_type, '/', item_id)
    end as link,
    item_type,
    added_at,
    added_by,
    read_on,
    count(*) over () as entries,
    playlist,
    uri,
    array_join(
        array_agg(artist_id order by artist_position) filter (where artist is not null), ', '
    ) as artist_ids,
    playlist_id
from described
group by
    position,
    item_type,
    item_id,
    uri,
    added_at,
    added_by,
    playlist_id,
    playlist,
    read_on
order by position asc

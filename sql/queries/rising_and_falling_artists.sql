-- title: Rising and falling artists
-- question: Which artists gained or lost the most playlists within seven days?
-- reading: Current playlists as last read, against seven days before the last day that was extracted, or against their first reading if that is later; a playlist that was not read in these seven days is left out.
-- chart: bar x=playlists_gained y=artist
-- finding: No artist gained or lost more playlists within seven days than {artist} (before: {playlists_before}, now: {playlists_now}).
-- reads: artists_latest_recent, playlist_items_recent, playlist_observations_recent, playlists_current, track_artists_latest_recent; recent days, and of the entries only two snapshots of each playlist
with
current_playlists as (
    select
        playlist_id,
        date_add('day', -7, cast(max(ingest_date) over () as date)) as until
    from playlists_current
),
observations as (
    select
        observed.playlist_id,
        observed.snapshot_id,
        observed.walk_run_id,
        observed.walked_on,
        cast(observed.ingest_date as date) <= current_playlists.until as is_before,
        row_number() over (
            partition by
                observed.playlist_id, cast(observed.ingest_date as date) <= current_playlists.until
            order by observed.ingest_date desc, observed.run_id desc, observed.extracted_at desc
        ) as recency,
        row_number() over (
            partition by observed.playlist_id
            order by observed.ingest_date, observed.run_id, observed.extracted_at
        ) as age_rank,
        bool_or(cast(observed.ingest_date as date) <= current_playlists.until) over (
            partition by observed.playlist_id
        ) as was_read_before,
        bool_or(cast(observed.ingest_date as date) > current_playlists.until) over (
            partition by observed.playlist_id
        ) as was_read_since
    from playlist_observations_recent as observed
    inner join current_playlists
        on observed.playlist_id = current_playlists.playlist_id
    where
        observed.status in ('walked', 'unchanged')
        and observed.snapshot_id is not null
        and observed.walk_run_id is not null
),
-- A playlist that was read once is on both sides with that reading.
sides as (
    select
        playlist_id,
        snapshot_id,
        walk_run_id,
        walked_on,
        (is_before and recency = 1) or (age_rank = 1 and not was_read_before) as is_then,
        not is_before and recency = 1 as is_now
    from observations
    where
        was_read_since
        and (recency = 1 or age_rank = 1)
),
places as (
    select
        credits.artist_id,
        count(distinct case when sides.is_then then items.playlist_id end) as playlists_before,
        count(distinct case when sides.is_now then items.playlist_id end) as playlists_now,
        count(distinct case when sides.is_then then items.item_id end) as tracks_before,
        count(distinct case when sides.is_now then items.item_id end) as tracks_now
    from playlist_items_recent as items
    inner join sides
        on items.playlist_id = sides.playlist_id
        and items.snapshot_id = sides.snapshot_id
        and items.run_id = sides.walk_run_id
        and items.ingest_date = sides.walked_on
    inner join track_artists_latest_recent as credits
        on items.item_id = credits.track_id
    where items.item_type = 'track'
    group by credits.artist_id
)
select
    artists_latest.name as artist,
    places.playlists_before,
    places.playlists_now,
    places.playlists_now - places.playlists_before as playlists_gained,
    places.tracks_before,
    places.tracks_now,
    places.artist_id
from places
left join artists_latest_recent as artists_latest
    on places.artist_id = artists_latest.artist_id
where places.playlists_now <> places.playlists_before
order by
    abs(places.playlists_now - places.playlists_before) desc,
    playlists_gained desc,
    places.tracks_now desc,
    places.artist_id asc
limit 50

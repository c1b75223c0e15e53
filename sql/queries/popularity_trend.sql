-- title: Popularity trend
-- question: Which tracks of current playlists gain or lose the most popularity?
-- reading: Popularity is Spotify's, from 0 to 100, on the first and the last recent day on which it is known; null where the app does not get it.
-- chart: bar x=gained y=track
-- finding: The popularity of no track changed more than that of {track} (from {popularity_before} on {first_day} to {popularity_now} on {last_day}).
-- reads: playlist_items_current, tracks_recent; days of current playlists
with
places as (
    select
        item_id as track_id,
        count(distinct playlist_id) as playlists
    from playlist_items_current
    where item_type = 'track'
    group by item_id
),
known as (
    select
        track_id,
        max_by(name, extracted_at) filter (where name is not null) as name,
        min(ingest_date) filter (where popularity is not null) as first_day,
        max(ingest_date) filter (where popularity is not null) as last_day,
        min_by(popularity, extracted_at) filter (where popularity is not null) as popularity_before,
        max_by(popularity, extracted_at) filter (where popularity is not null) as popularity_now
    from tracks_recent
    group by track_id
)
select
    known.name as track,
    known.popularity_before,
    known.popularity_now,
    case
        when known.first_day < known.last_day
            then known.popularity_now - known.popularity_before
    end as gained,
    places.playlists,
    known.first_day,
    known.last_day,
    places.track_id
from places
left join known
    on places.track_id = known.track_id
order by
    abs(gained) desc nulls last,
    known.popularity_now desc nulls last,
    places.playlists desc,
    places.track_id asc
limit 50

-- title: Age profile
-- question: How old are the tracks in each current playlist?
-- reading: The age is that of a track's album on the last day that was extracted; shares are of the entries whose date is known, and null if none is.
-- chart: bar x=average_age_years y=playlist
-- finding: Of the playlists with known dates, none has older tracks on average than {playlist} (in years: {average_age_years}).
-- reads: albums_latest_recent, playlist_items_current, playlists_current, tracks_latest_recent; days of current playlists and of what is known of their albums
with
current_playlists as (
    select
        playlist_id,
        name,
        cast(max(ingest_date) over () as date) as last_day
    from playlists_current
),
aged as (
    select
        current_playlists.playlist_id,
        current_playlists.name,
        items.item_id,
        albums_latest.release_date,
        current_playlists.last_day,
        cast(
            date_diff('day', albums_latest.release_date, current_playlists.last_day) as double
        ) / 365.25 as years
    from current_playlists
    left join playlist_items_current as items
        on current_playlists.playlist_id = items.playlist_id
        and items.item_type = 'track'
    left join tracks_latest_recent as tracks_latest
        on items.item_id = tracks_latest.track_id
    left join albums_latest_recent as albums_latest
        on tracks_latest.album_id = albums_latest.album_id
),
classified as (
    select
        *,
        case
            when release_date > date_add('year', -1, last_day) then 1
            when release_date > date_add('year', -5, last_day) then 2
            when release_date > date_add('year', -20, last_day) then 3
            when release_date <= date_add('year', -20, last_day) then 4
        end as age_class
    from aged
)
select
    name as playlist,
    count(item_id) as tracks,
    count(years) as dated_tracks,
    round(avg(years), 1) as average_age_years,
    round(cast(count_if(age_class = 1) as double) / nullif(count(years), 0), 4) as under_1_year,
    round(cast(count_if(age_class = 2) as double) / nullif(count(years), 0), 4) as from_1_to_5_years,
    round(cast(count_if(age_class = 3) as double) / nullif(count(years), 0), 4) as from_5_to_20_years,
    round(cast(count_if(age_class = 4) as double) / nullif(count(years), 0), 4) as over_20_years,
    round(max(years), 1) as oldest_years,
    playlist_id
from classified
group by playlist_id, name
order by
    avg(years) desc nulls last,
    name asc nulls last,
    playlist_id asc

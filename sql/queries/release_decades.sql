-- title: Release decades
-- question: From which decades are the tracks in current playlists, and how old are their albums?
-- reading: The share is of all entries that are tracks, the age is that of their albums on the last day that was extracted, and albums without a known date have no decade.
-- chart: bar x=decade y=entries
-- finding: The latest decade is that of {decade}, with {entries} entries ({share_of_entries} of 1).
-- reads: albums_latest_recent, playlist_items_current, playlists_recent, tracks_latest_recent; days of current playlists
with
last_day as (
    select cast(max(ingest_date) as date) as day
    from playlists_recent
),
entries as (
    select
        items.item_id,
        albums_latest.release_date,
        date_diff('day', albums_latest.release_date, last_day.day) as age_days
    from playlist_items_current as items
    cross join last_day
    left join tracks_latest_recent as tracks_latest
        on items.item_id = tracks_latest.track_id
    left join albums_latest_recent as albums_latest
        on tracks_latest.album_id = albums_latest.album_id
    where items.item_type = 'track'
)
select
    year(release_date) - mod(year(release_date), 10) as decade,
    count(distinct item_id) as tracks,
    count(*) as entries,
    round(cast(count(*) as double) / sum(count(*)) over (), 4) as share_of_entries,
    round(avg(cast(age_days as double)) / 365.25, 1) as average_age_years
from entries
group by year(release_date) - mod(year(release_date), 10)
order by
    decade desc nulls last

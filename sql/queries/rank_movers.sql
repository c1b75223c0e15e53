-- title: Rank movers
-- question: Which entries moved the most within their playlist since the day before?
-- Ranks count from 1. The day before is what was last read before the last day that was
-- extracted; an entry that is several times in a playlist has the rank of its first place.
with
last_day as (
    select max(ingest_date) as day
    from playlists
),
observations as (
    select
        playlists.playlist_id,
        playlists.snapshot_id,
        playlists.ingest_date = last_day.day as is_now,
        row_number() over (
            partition by playlists.playlist_id, playlists.ingest_date = last_day.day
            order by playlists.ingest_date desc, playlists.run_id desc, playlists.extracted_at desc
        ) as recency
    from playlists
    cross join last_day
    where playlists.status in ('walked', 'unchanged')
),
ranks as (
    select
        observations.playlist_id,
        observations.is_now,
        items.uri,
        min(items.position) + 1 as place
    from observations
    inner join snapshot_items as items
        on observations.playlist_id = items.playlist_id
        and observations.snapshot_id = items.snapshot_id
    where
        observations.recency = 1
        and items.uri is not null
    group by observations.playlist_id, observations.is_now, items.uri
)
select
    playlists_current.name as playlist,
    entry_descriptions.name as entry,
    before.place as rank_before,
    now.place as rank_now,
    before.place - now.place as places_gained,
    now.playlist_id
from ranks as now
inner join ranks as before
    on now.playlist_id = before.playlist_id
    and now.uri = before.uri
left join playlists_current
    on now.playlist_id = playlists_current.playlist_id
left join entry_descriptions
    on now.uri = entry_descriptions.uri
where
    now.is_now
    and not before.is_now
    and now.place <> before.place
order by
    abs(before.place - now.place) desc,
    places_gained desc,
    now.playlist_id asc,
    now.place asc
limit 50

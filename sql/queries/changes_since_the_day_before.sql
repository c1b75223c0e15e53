-- title: Changes since the day before
-- question: What did playlists gain and lose on the last day that was extracted?
-- The changes of all runs of that day together: what came and went within it is not a change.
with
last_day as (
    select max(ingest_date) as ingest_date
    from playlists
),
net as (
    select
        changes.playlist_id,
        changes.uri,
        max(changes.item_type) as item_type,
        sum(case when changes.change = 'added' then changes.copies else -changes.copies end) as gained
    from playlist_changes as changes
    inner join last_day
        on changes.ingest_date = last_day.ingest_date
    group by changes.playlist_id, changes.uri
)
select
    playlists_current.name as playlist,
    case when net.gained > 0 then 'added' else 'removed' end as change,
    abs(net.gained) as copies,
    coalesce(entry_descriptions.name, 'unavailable') as entry,
    net.item_type,
    last_day.ingest_date as day,
    net.playlist_id
from net
cross join last_day
left join playlists_current
    on net.playlist_id = playlists_current.playlist_id
left join entry_descriptions
    on net.uri = entry_descriptions.uri
where net.gained <> 0
order by
    playlists_current.name asc,
    net.playlist_id asc,
    change asc,
    entry asc,
    net.uri asc

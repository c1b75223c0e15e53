-- title: Changes since the day before
-- question: What did playlists gain and lose on the last day that was extracted?
-- The changes of all runs of that day together: what came and went within it is not a change.
with
net as (
    select
        snapshots.playlist_id,
        items.uri,
        max(snapshots.day) as day,
        max(items.item_type) as item_type,
        sum(case when snapshots.is_now then 1 else -1 end) as gained
    from playlist_items_recent as items
    inner join last_day_snapshots as snapshots
        on items.playlist_id = snapshots.playlist_id
        and items.snapshot_id = snapshots.snapshot_id
        and items.run_id = snapshots.walk_run_id
        and items.ingest_date = snapshots.walked_on
    group by snapshots.playlist_id, items.uri
)
select
    playlists_current.name as playlist,
    case when net.gained > 0 then 'added' else 'removed' end as change,
    abs(net.gained) as copies,
    coalesce(entry_descriptions.name, 'unavailable') as entry,
    net.item_type,
    net.day,
    net.playlist_id
from net
left join playlists_current
    on net.playlist_id = playlists_current.playlist_id
left join entry_descriptions_recent as entry_descriptions
    on net.uri = entry_descriptions.uri
where net.gained <> 0
order by
    playlists_current.name asc,
    net.playlist_id asc,
    change asc,
    entry asc,
    net.uri asc

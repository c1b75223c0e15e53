-- title: Changes since the day before
-- question: What did playlists gain and lose on the last day that was extracted?
-- reading: Each row is an entry that came or went, with its number of copies; what came and went within the day is not a change.
-- chart: bar x=copies y=playlist color=change
-- finding: No playlist changed by more entries on {day} than {playlist}.
-- reads: entry_descriptions_recent, last_day_snapshots, playlist_items_recent, playlists_current; recent days, and of the entries only two snapshots of each playlist that changed on the last day
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
    net.uri,
    net.playlist_id
from net
left join playlists_current
    on net.playlist_id = playlists_current.playlist_id
left join entry_descriptions_recent as entry_descriptions
    on net.uri = entry_descriptions.uri
where net.gained <> 0
order by
    sum(abs(net.gained)) over (partition by net.playlist_id) desc,
    playlists_current.name asc,
    net.playlist_id asc,
    change asc,
    entry asc,
    net.uri asc

-- title: Rank movers
-- question: Which entries moved the most within their playlist since the day before?
-- reading: Ranks count from 1, and a positive `places_gained` is a rise; an entry that is several times in a playlist has the rank of its first place.
-- chart: bar x=places_gained y=entry color=playlist
-- finding: No entry moved further than {entry} in {playlist} (rank before: {rank_before}, now: {rank_now}).
-- reads: entry_descriptions_recent, last_day_snapshots, playlist_items_recent, playlists_current; recent days, and of the entries only two snapshots of each playlist that changed on the last day
-- The day before is what was last read before the last day that was extracted.
with
ranks as (
    select
        snapshots.playlist_id,
        items.uri,
        min(items.position) filter (where not snapshots.is_now) + 1 as before,
        min(items.position) filter (where snapshots.is_now) + 1 as now
    from playlist_items_recent as items
    inner join last_day_snapshots as snapshots
        on items.playlist_id = snapshots.playlist_id
        and items.snapshot_id = snapshots.snapshot_id
        and items.run_id = snapshots.walk_run_id
        and items.ingest_date = snapshots.walked_on
    where
        items.uri is not null
        and (snapshots.is_now or snapshots.read_on < snapshots.day)
    group by snapshots.playlist_id, items.uri
)
select
    playlists_current.name as playlist,
    entry_descriptions.name as entry,
    ranks.before as rank_before,
    ranks.now as rank_now,
    ranks.before - ranks.now as places_gained,
    ranks.uri,
    ranks.playlist_id
from ranks
left join playlists_current
    on ranks.playlist_id = playlists_current.playlist_id
left join entry_descriptions_recent as entry_descriptions
    on ranks.uri = entry_descriptions.uri
where ranks.now <> ranks.before
order by
    abs(ranks.before - ranks.now) desc,
    places_gained desc,
    ranks.playlist_id asc,
    ranks.now asc
limit 50

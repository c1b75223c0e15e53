-- title: Podcast shows
-- question: Which podcast shows are in current playlists, and in which languages?
-- reading: `minutes` is the time of the episodes, each once; an episode whose show is not known is in the row without one.
-- chart: bar x=episodes y=show
-- finding: No show has more episodes in current playlists than {show} (episodes: {episodes}, playlists: {playlists}).
-- reads: episodes_latest_recent, playlist_items_current; days of current playlists
with
placed as (
    select
        items.item_id,
        count(*) as entries,
        array_agg(distinct items.playlist_id) as playlist_ids
    from playlist_items_current as items
    where items.item_type = 'episode'
    group by items.item_id
)
select
    max(episodes_latest.show_name) as show,
    count(*) as episodes,
    cast(sum(placed.entries) as bigint) as entries,
    cardinality(array_distinct(flatten(array_agg(placed.playlist_ids)))) as playlists,
    array_join(
        array_sort(
            array_distinct(
                flatten(
                    array_agg(episodes_latest.languages)
                        filter (where episodes_latest.languages is not null)
                )
            )
        ), ', '
    ) as languages,
    cast(round(cast(sum(episodes_latest.duration_ms) as double) / 60000) as bigint) as minutes,
    cast(max(episodes_latest.release_date) as varchar) as last_released_on,
    episodes_latest.show_id
from placed
left join episodes_latest_recent as episodes_latest
    on placed.item_id = episodes_latest.episode_id
group by episodes_latest.show_id
order by
    episodes_latest.show_id is null asc,
    episodes desc,
    entries desc,
    episodes_latest.show_id asc
limit 100

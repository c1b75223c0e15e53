-- title: Freshness of playlists
-- question: When did each current playlist last change, and how old are its entries?
-- reading: Ages are counted to the last day that was extracted; `changed_on` is null if no change was seen in recent days, and dates of addition that Spotify does not know are left out.
-- chart: bar x=new_share y=playlist
-- finding: No playlist has a later addition than {playlist} (last added: {last_added_on}, changed: {changed_on}).
-- reads: playlist_changes_recent, playlist_items_current, playlists_current; recent days
with
current_playlists as (
    select
        *,
        max(ingest_date) over () as last_day
    from playlists_current
),
changes as (
    select
        playlist_id,
        max(ingest_date) as changed_on
    from playlist_changes_recent
    group by playlist_id
),
aged as (
    select
        current_playlists.playlist_id,
        current_playlists.name,
        current_playlists.status,
        current_playlists.read_on,
        current_playlists.last_day,
        items.added_at,
        date_diff(
            'day', cast(items.added_at as date), cast(current_playlists.last_day as date)
        ) as age_days
    from current_playlists
    left join playlist_items_current as items
        on current_playlists.playlist_id = items.playlist_id
)
select
    aged.name as playlist,
    aged.status,
    cast(cast(max(aged.added_at) as date) as varchar) as last_added_on,
    min(aged.age_days) as days_since_added,
    round(avg(cast(aged.age_days as double)), 1) as average_age_days,
    round(
        cast(count_if(aged.age_days < 30) as double) / nullif(count(aged.age_days), 0), 4
    ) as new_share,
    changes.changed_on,
    aged.read_on,
    date_diff('day', cast(aged.read_on as date), cast(aged.last_day as date)) as days_since_read,
    aged.playlist_id
from aged
left join changes
    on aged.playlist_id = changes.playlist_id
group by
    aged.playlist_id, aged.name, aged.status, aged.read_on, aged.last_day, changes.changed_on
order by
    last_added_on desc nulls last,
    new_share desc nulls last,
    aged.name asc nulls last,
    aged.playlist_id asc

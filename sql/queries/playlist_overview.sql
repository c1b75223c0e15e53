-- title: Playlist overview
-- question: What is in each current playlist, and how fresh is what we know of it?
-- reading: A playlist that cannot be read keeps what was known of it on `read_on`; `minutes` is the time of its tracks, episodes and local files, without those of unknown length.
-- chart: bar x=entries y=playlist color=status
-- finding: No current playlist has more entries than {playlist} (entries: {entries}, last read on {read_on}).
-- reads: entry_descriptions_recent, playlist_items_current, playlists_current; days of current playlists
with
contents as (
    select
        items.playlist_id,
        count(*) as entries,
        count(distinct items.uri) as distinct_entries,
        count_if(items.item_type <> 'track') as non_tracks,
        cast(round(cast(sum(entry_descriptions.duration_ms) as double) / 60000) as bigint) as minutes,
        max(items.added_at) as last_added_at
    from playlist_items_current as items
    left join entry_descriptions_recent as entry_descriptions
        on items.uri = entry_descriptions.uri
    group by items.playlist_id
)
select
    playlists_current.name as playlist,
    playlists_current.owner_name as owner,
    playlists_current.status,
    coalesce(contents.entries, 0) as entries,
    coalesce(contents.distinct_entries, 0) as distinct_entries,
    coalesce(contents.non_tracks, 0) as non_tracks,
    contents.minutes,
    playlists_current.followers,
    contents.last_added_at,
    playlists_current.read_on,
    playlists_current.playlist_id
from playlists_current
left join contents
    on playlists_current.playlist_id = contents.playlist_id
order by
    entries desc,
    playlists_current.name asc,
    playlists_current.playlist_id asc

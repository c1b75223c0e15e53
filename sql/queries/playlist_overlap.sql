-- title: Playlist overlap
-- question: Which current playlists share the most of their entries (Jaccard similarity)?
-- reading: 1 is the same set of entries; an entry counts once, however often it is in a playlist, and pairs that share nothing are left out.
-- chart: heat x=playlist y=other_playlist color=jaccard
-- finding: No two playlists are more alike than {playlist} and {other_playlist} (entries in both: {shared}, in either: {in_either}).
-- reads: playlist_items_current, playlists_current; days of current playlists
with
holders as (
    select
        uri,
        array_agg(distinct playlist_id) as playlist_ids
    from playlist_items_current
    where uri is not null
    group by uri
),
-- Of a playlist with itself too: that is its number of entries.
pairs as (
    select
        one.playlist_id as one_id,
        other.playlist_id as other_id,
        count(*) as shared
    from holders
    cross join unnest(holders.playlist_ids) as one (playlist_id)
    cross join unnest(holders.playlist_ids) as other (playlist_id)
    where one.playlist_id <= other.playlist_id
    group by one.playlist_id, other.playlist_id
),
sized as (
    select
        one_id,
        other_id,
        shared,
        max(case when one_id = other_id then shared end) over (partition by one_id)
        + max(case when one_id = other_id then shared end) over (partition by other_id)
        - shared as in_either
    from pairs
)
select
    one.name as playlist,
    other.name as other_playlist,
    sized.shared,
    sized.in_either,
    round(cast(sized.shared as double) / sized.in_either, 4) as jaccard,
    sized.one_id as playlist_id,
    sized.other_id as other_playlist_id
from sized
left join playlists_current as one
    on sized.one_id = one.playlist_id
left join playlists_current as other
    on sized.other_id = other.playlist_id
where sized.one_id < sized.other_id
order by
    jaccard desc,
    sized.shared desc,
    sized.one_id asc,
    sized.other_id asc
limit 50

-- title: Playlist overlap
-- question: Which current playlists share the most of their entries (Jaccard similarity)?
-- Entries shared, by those in either playlist; an entry counts once, however often it is in one.
with
contents as (
    select distinct
        playlist_id,
        uri
    from playlist_items_current
    where uri is not null
),
sizes as (
    select
        playlist_id,
        count(*) as entries
    from contents
    group by playlist_id
),
pairs as (
    select
        one.playlist_id as one_id,
        other.playlist_id as other_id,
        count(*) as shared
    from contents as one
    inner join contents as other
        on one.uri = other.uri
        and one.playlist_id < other.playlist_id
    group by one.playlist_id, other.playlist_id
)
select
    one.name as playlist,
    other.name as other_playlist,
    pairs.shared,
    one_size.entries + other_size.entries - pairs.shared as in_either,
    round(
        cast(pairs.shared as double) / (one_size.entries + other_size.entries - pairs.shared), 4
    ) as jaccard,
    pairs.one_id as playlist_id,
    pairs.other_id as other_playlist_id
from pairs
inner join sizes as one_size
    on pairs.one_id = one_size.playlist_id
inner join sizes as other_size
    on pairs.other_id = other_size.playlist_id
left join playlists_current as one
    on pairs.one_id = one.playlist_id
left join playlists_current as other
    on pairs.other_id = other.playlist_id
order by
    jaccard desc,
    pairs.shared desc,
    pairs.one_id asc,
    pairs.other_id asc
limit 50

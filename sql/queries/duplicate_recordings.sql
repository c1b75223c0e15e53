-- title: Duplicates
-- question: Which current playlists hold an entry twice, or one recording under several ids?
-- reading: `same entry` is one id several times, `same recording` one ISRC under several ids; tracks without ISRC, and local files, can only be the former.
-- chart: bar x=copies y=entry color=kind
-- finding: No playlist holds an entry or a recording more often than {playlist} holds {entry} (copies: {copies}).
-- reads: entry_descriptions_recent, playlist_items_current; days of current playlists
-- The same recording has the same ISRC.
with
entries as (
    select
        items.playlist_id,
        items.playlist,
        items.uri,
        items.item_id,
        entry_descriptions.name,
        entry_descriptions.isrc
    from playlist_items_current as items
    left join entry_descriptions_recent as entry_descriptions
        on items.uri = entry_descriptions.uri
    where items.uri is not null
),
-- Each entry twice: by its uri and by its recording.
keyed as (
    select
        entries.*,
        kinds.kind,
        case when kinds.kind = 'same entry' then entries.uri else entries.isrc end as shared
    from entries
    cross join (values ('same entry'), ('same recording')) as kinds (kind)
),
duplicates as (
    select
        playlist_id,
        playlist,
        kind,
        case when kind = 'same entry' then max(name) else min(name) end as entry,
        count(*) as copies,
        case when kind = 'same entry' then 1 else count(distinct item_id) end as ids,
        shared,
        min(uri) as uri
    from keyed
    where shared is not null
    group by playlist_id, playlist, kind, shared
    having
        (kind = 'same entry' and count(*) > 1)
        or (kind = 'same recording' and count(distinct item_id) > 1)
)
select
    playlist,
    kind,
    entry,
    copies,
    ids,
    shared,
    uri,
    playlist_id
from duplicates
order by
    copies desc,
    playlist asc nulls last,
    playlist_id asc,
    kind asc,
    shared asc
limit 100

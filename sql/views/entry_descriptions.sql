-- title: Descriptions of entries
-- question: What is each entry of a playlist called, and how long is it, by its uri?
-- column name: Name of the track or episode, or the title in a local file's uri, else the uri.
-- column duration_ms: Length in milliseconds; of a local file, from its uri.
-- A local file's uri is spotify:local:<artist>:<album>:<title>:<seconds>, each part encoded as in a
-- URL.
with
entries as (
    select
        uri,
        max(item_type) as item_type,
        max(item_id) as item_id
    from playlist_items
    where uri is not null
    group by uri
),
parts as (
    select
        entries.*,
        replace(
            regexp_extract(uri, '^spotify:local:[^:]*:[^:]*:(.*):[0-9]*$', 1), '+', ' '
        ) as title,
        try_cast(regexp_extract(uri, '^spotify:local:.*:([0-9]{1,9})$', 1) as bigint) * 1000 as file_ms
    from entries
)
select
    parts.uri,
    parts.item_type,
    parts.item_id,
    cast(
        coalesce(
            nullif(tracks_latest.name, ''),
            nullif(episodes_latest.name, ''),
            -- A title that is not URL-encoded stays as it is.
            nullif(
                case
                    when regexp_like(parts.title, '^([^%]|%[0-9A-Fa-f]{2})*$')
                        then try(url_decode(parts.title))
                end,
                ''
            ),
            nullif(parts.title, ''),
            parts.uri
        ) as varchar
    ) as name,
    cast(
        coalesce(tracks_latest.duration_ms, episodes_latest.duration_ms, parts.file_ms) as bigint
    ) as duration_ms,
    tracks_latest.isrc
from parts
left join tracks_latest
    on parts.item_type = 'track'
    and parts.item_id = tracks_latest.track_id
left join episodes_latest
    on parts.item_type = 'episode'
    and parts.item_id = episodes_latest.episode_id

-- title: Plays of tracks
-- question: Which track was played when, and in which month?
-- column track_id: Spotify id of the track; null for local files, and where no play of that name has one.
-- column track_key: The track's id, or where it has none its name and artist in lower case.
-- column month: The month of played_at in UTC, as YYYY-MM.
-- column is_counted: False if the play lasted less than 30 seconds; true where its length is unknown.
-- A play that has a name but no id has the id of the plays of that name and artist. Podcast episodes
-- and chapters of audiobooks are left out.
with
named as (
    select
        *,
        lower(item_name || '/' || artist_name) as name_key
    from plays_reconciled
    where item_type in ('track', 'local')
),
identified as (
    select
        *,
        coalesce(
            track_id,
            case
                when name_key is not null and item_type = 'track'
                    then max(track_id) over (partition by name_key)
            end
        ) as known_id
    from named
)
select
    played_at,
    date_format(played_at at time zone 'UTC', '%Y-%m') as month,
    started_at,
    origin,
    known_id as track_id,
    cast(coalesce(known_id, name_key, uri) as varchar) as track_key,
    uri,
    item_name,
    artist_name,
    collection_name,
    ms_played,
    ms_played is null or ms_played >= 30000 as is_counted,
    skipped
from identified

-- title: Plays by artist
-- question: Which artist's tracks were played when?
-- column artist_id: Spotify id of the first artist; null where the tables know no artist of that name.
-- column artist: Name of the first artist, as last known; where the tables do not know it, as the source of the play names it.
-- column artist_key: The artist's id, or where it has none the name in lower case.
-- A play counts for the first artist of its track. An artist that only a play names has the id of the
-- artist of that name on other tracks that were played.
with
credited as (
    select
        track_plays.*,
        credits.artist_id as credited_id,
        artists_latest.name as credited_name
    from track_plays
    left join track_artists_latest as credits
        on track_plays.track_id = credits.track_id
        and credits.position = 0
    left join artists_latest
        on credits.artist_id = artists_latest.artist_id
),
identified as (
    select
        *,
        coalesce(
            credited_id,
            case
                when artist_name is not null
                    then max(
                        case when lower(credited_name) = lower(artist_name) then credited_id end
                    ) over (partition by lower(artist_name))
            end
        ) as known_id
    from credited
)
select
    played_at,
    month,
    origin,
    track_id,
    track_key,
    item_name,
    known_id as artist_id,
    coalesce(nullif(credited_name, ''), artist_name) as artist,
    cast(coalesce(known_id, lower(artist_name)) as varchar) as artist_key,
    ms_played,
    is_counted,
    skipped
from identified

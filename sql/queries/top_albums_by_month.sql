-- title: Top albums by month
-- question: Which ten albums were played the most in each month?
-- reading: A play counts for the album of its track as the tables last described it, or else for the one that the play names, unless it lasted less than 30 seconds; months are in UTC, the latest first, and `minutes` has the plays whose length is known.
-- chart: bar x=plays y=album color=month
-- finding: In {month} no album was played more often than {album} (artist: {artist}, plays: {plays}).
-- reads: albums_latest, track_plays, tracks_latest; all days
with
described as (
    select
        track_plays.*,
        tracks_latest.album_id as described_id,
        albums_latest.name as described_name
    from track_plays
    left join tracks_latest
        on track_plays.track_id = tracks_latest.track_id
    left join albums_latest
        on tracks_latest.album_id = albums_latest.album_id
    where track_plays.is_counted
),
-- An album that only plays name has the id of the album of that name and artist on other tracks.
identified as (
    select
        *,
        lower(collection_name || '/' || artist_name) as name_key,
        coalesce(
            described_id,
            case
                when collection_name is not null and artist_name is not null
                    then max(
                        case
                            when lower(described_name) = lower(collection_name) then described_id
                        end
                    ) over (partition by lower(collection_name), lower(artist_name))
            end
        ) as album_id
    from described
),
counted as (
    select
        month,
        coalesce(album_id, name_key) as album_key,
        max(album_id) as album_id,
        coalesce(max(nullif(described_name, '')), max(collection_name)) as album,
        max(artist_name) as artist,
        count(*) as plays,
        count(distinct track_key) as tracks,
        sum(ms_played) as ms_played
    from identified
    where
        album_id is not null
        or name_key is not null
    group by month, coalesce(album_id, name_key)
),
ranked as (
    select
        *,
        row_number() over (
            partition by month
            order by plays desc, ms_played desc nulls last, album_key
        ) as place
    from counted
)
select
    month,
    place,
    album,
    artist,
    plays,
    tracks,
    round(cast(ms_played as double) / 60000, 1) as minutes,
    album_id
from ranked
where place <= 10
order by
    month desc,
    place asc

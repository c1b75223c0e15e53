-- title: Top artists by month
-- question: Which ten artists were played the most in each month?
-- reading: A play counts for the first artist of its track, unless it lasted less than 30 seconds; months are in UTC, the latest first, and `minutes` has the plays whose length is known.
-- chart: bar x=plays y=artist color=month
-- finding: In {month} no artist was played more often than {artist} (plays: {plays}, tracks: {tracks}).
-- reads: artist_plays; all days
with
counted as (
    select
        month,
        artist_key,
        max(artist_id) as artist_id,
        max(artist) as artist,
        count(*) as plays,
        count(distinct track_key) as tracks,
        sum(ms_played) as ms_played
    from artist_plays
    where
        is_counted
        and artist_key is not null
    group by month, artist_key
),
ranked as (
    select
        *,
        row_number() over (
            partition by month
            order by plays desc, ms_played desc nulls last, artist_key
        ) as place
    from counted
)
select
    month,
    place,
    artist,
    plays,
    tracks,
    round(cast(ms_played as double) / 60000, 1) as minutes,
    artist_id
from ranked
where place <= 10
order by
    month desc,
    place asc

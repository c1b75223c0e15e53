-- title: Top tracks by month
-- question: Which ten tracks were played the most in each month?
-- reading: Months are in UTC, the latest first; plays that lasted less than 30 seconds do not count, of equally many plays the longer ones are first, and `minutes` has the plays whose length is known.
-- chart: bar x=plays y=track color=month
-- finding: In {month} no track was played more often than {track} by {artist} (plays: {plays}).
-- reads: artist_plays, tracks_latest; all days
with
counted as (
    select
        month,
        track_key,
        max(track_id) as track_id,
        max(item_name) as item_name,
        max(artist) as artist,
        max(artist_id) as artist_id,
        count(*) as plays,
        sum(ms_played) as ms_played
    from artist_plays
    where
        is_counted
        and track_key is not null
    group by month, track_key
),
ranked as (
    select
        *,
        row_number() over (
            partition by month
            order by plays desc, ms_played desc nulls last, track_key
        ) as place
    from counted
)
select
    ranked.month,
    ranked.place,
    coalesce(nullif(tracks_latest.name, ''), ranked.item_name) as track,
    ranked.artist,
    ranked.plays,
    round(cast(ranked.ms_played as double) / 60000, 1) as minutes,
    ranked.track_id,
    ranked.artist_id
from ranked
left join tracks_latest
    on ranked.track_id = tracks_latest.track_id
where ranked.place <= 10
order by
    ranked.month desc,
    ranked.place asc

-- title: First and last heard
-- question: When was each artist first and last heard, and with which track?
-- reading: A play counts for the first artist of its track, however short it was; times are in UTC and usually those at which plays ended, and the 100 artists with the most plays are shown.
-- chart: bar x=plays y=artist
-- finding: No artist was heard more often than {artist} (plays: {plays}, first on {first_heard_on}, last on {last_heard_on}).
-- reads: artist_plays; all days
with
ordered as (
    select
        *,
        row_number() over (
            partition by artist_key
            order by played_at, track_key, item_name
        ) as age_rank,
        row_number() over (
            partition by artist_key
            order by played_at desc, track_key, item_name
        ) as recency
    from artist_plays
    where artist_key is not null
)
select
    max(artist) as artist,
    count(*) as plays,
    count(distinct track_key) as tracks,
    date_format(min(played_at) at time zone 'UTC', '%Y-%m-%d') as first_heard_on,
    max(item_name) filter (where age_rank = 1) as first_track,
    date_format(max(played_at) at time zone 'UTC', '%Y-%m-%d') as last_heard_on,
    max(item_name) filter (where recency = 1) as last_track,
    max(track_id) filter (where age_rank = 1) as first_track_id,
    max(track_id) filter (where recency = 1) as last_track_id,
    max(artist_id) as artist_id
from ordered
group by artist_key
order by
    plays desc,
    tracks desc,
    artist_key asc
limit 100

-- title: Latest track artists
-- question: Which artists perform each track, in order, by the last answer that described it?
select distinct
    track_id,
    position,
    artist_id
from (
    select
        *,
        rank() over (partition by track_id order by extracted_at desc) as recency
    from track_artists
) as observed
where recency = 1

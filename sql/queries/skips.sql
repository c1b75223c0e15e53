-- title: Skips
-- question: Which tracks were skipped the most, and how often are the other tracks of their artists?
-- reading: Only plays of extended exports count, since no other source reports skips, and none from April 2015 to October 2022, in which the exports mark no play as skipped; `artist_share` is of all plays of the track's first artist.
-- chart: bar x=skips y=track
-- finding: No track was skipped more often than {track} by {artist} (skips: {skips} of {plays} plays).
-- reads: artist_plays, tracks_latest; all days
with
counted as (
    select
        track_key,
        artist_key,
        max(track_id) as track_id,
        max(item_name) as item_name,
        max(artist) as artist,
        max(artist_id) as artist_id,
        count(*) as plays,
        count_if(skipped) as skips
    from artist_plays
    where
        skipped is not null
        and track_key is not null
        and (month < '2015-04' or month > '2022-10')
    group by track_key, artist_key
),
compared as (
    select
        *,
        sum(plays) over (partition by artist_key) as artist_plays,
        sum(skips) over (partition by artist_key) as artist_skips
    from counted
)
select
    coalesce(nullif(tracks_latest.name, ''), compared.item_name) as track,
    compared.artist,
    compared.plays,
    compared.skips,
    round(cast(compared.skips as double) / compared.plays, 4) as share,
    round(cast(compared.artist_skips as double) / compared.artist_plays, 4) as artist_share,
    compared.track_id,
    compared.artist_id
from compared
left join tracks_latest
    on compared.track_id = tracks_latest.track_id
order by
    compared.skips desc,
    compared.plays asc,
    compared.track_key asc,
    compared.artist_key asc
limit 100

-- title: Follower growth
-- question: Which playlists gain or lose the most followers?
-- reading: From the first to the last day on which the number is known; null where the app does not get it, or got it on one day only.
-- chart: bar x=gained y=playlist
-- finding: No playlist gained more followers than {playlist} (gained: {gained}, from {first_day} to {last_day}).
-- reads: playlists; all days
with
known as (
    select
        playlist_id,
        max_by(name, run_id) filter (where name is not null) as playlist,
        min(ingest_date) filter (where followers is not null) as first_day,
        max(ingest_date) filter (where followers is not null) as last_day,
        min_by(followers, run_id) filter (where followers is not null) as followers_before,
        max_by(followers, run_id) filter (where followers is not null) as followers_now
    from playlists
    group by playlist_id
)
select
    playlist,
    followers_before,
    followers_now,
    case when first_day < last_day then followers_now - followers_before end as gained,
    case
        when first_day < last_day
            then round(
                cast(followers_now - followers_before as double) / nullif(followers_before, 0), 4
            )
    end as growth,
    first_day,
    last_day,
    playlist_id
from known
order by
    gained desc nulls last,
    followers_now desc nulls last,
    playlist asc nulls last,
    playlist_id asc

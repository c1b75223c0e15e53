-- title: Listening sessions
-- question: How many listening sessions were there in each month, and how long were they?
-- reading: A session begins after more than 30 minutes without a play and counts in the month in which it began, in UTC; every play counts, of episodes and chapters too, and one whose length no export says is as long as its track, or nothing if that is unknown.
-- chart: line x=month y=sessions
-- finding: In {month} there were {sessions} sessions, of {average_minutes} minutes on average, and the longest began at {longest_began_at} UTC.
-- reads: plays_reconciled, tracks_latest; all days
with
timed as (
    select
        to_unixtime(listened.played_at) as ended,
        to_unixtime(listened.played_at)
        - cast(coalesce(listened.ms_played, tracks_latest.duration_ms, 0) as double) / 1000 as began
    from plays_reconciled as listened
    left join tracks_latest
        on listened.track_id = tracks_latest.track_id
),
spaced as (
    select
        began,
        ended,
        max(ended) over (
            order by began, ended
            rows between unbounded preceding and 1 preceding
        ) as last_ended
    from timed
),
numbered as (
    select
        began,
        ended,
        sum(case when began - last_ended <= 1800 then 0 else 1 end) over (
            order by began, ended
            rows between unbounded preceding and current row
        ) as session
    from spaced
),
sessions as (
    select
        session,
        min(began) as began,
        (max(ended) - min(began)) / 60 as minutes,
        count(*) as plays
    from numbered
    group by session
),
ranked as (
    select
        date_format(from_unixtime(began) at time zone 'UTC', '%Y-%m') as month,
        date_format(from_unixtime(began) at time zone 'UTC', '%Y-%m-%d %H:%i') as began_at,
        minutes,
        plays,
        row_number() over (
            partition by date_format(from_unixtime(began) at time zone 'UTC', '%Y-%m')
            order by minutes desc, began
        ) as place
    from sessions
)
select
    month,
    count(*) as sessions,
    cast(sum(plays) as bigint) as plays,
    round(cast(sum(minutes) as double), 0) as minutes,
    round(cast(avg(minutes) as double), 1) as average_minutes,
    round(cast(max(minutes) as double), 1) as longest_minutes,
    max(began_at) filter (where place = 1) as longest_began_at
from ranked
group by month
order by
    month desc

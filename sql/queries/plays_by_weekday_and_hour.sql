-- title: Plays by weekday and hour
-- question: On which weekdays and at which hours was the most played?
-- reading: Days and hours are in UTC and those in which plays ended; every play counts, of episodes and chapters too, `minutes` has the plays whose length is known, and hours without plays have no row.
-- chart: heat x=hour y=weekday color=plays
-- finding: No hour of the week has more plays than that from {hour}:00 UTC on {weekday} (plays: {plays}).
-- reads: plays_reconciled; all days
with
timed as (
    select
        day_of_week(played_at at time zone 'UTC') as weekday_number,
        hour(played_at at time zone 'UTC') as hour,
        ms_played
    from plays_reconciled
)
select
    case weekday_number
        when 1 then 'Monday'
        when 2 then 'Tuesday'
        when 3 then 'Wednesday'
        when 4 then 'Thursday'
        when 5 then 'Friday'
        when 6 then 'Saturday'
        else 'Sunday'
    end as weekday,
    hour,
    count(*) as plays,
    round(cast(sum(ms_played) as double) / 60000, 1) as minutes
from timed
group by weekday_number, hour
order by
    plays desc,
    weekday_number asc,
    hour asc

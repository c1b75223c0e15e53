-- title: Calls and cost of runs
-- question: How many calls to Spotify and how much Lambda time did each run take, over all of its attempts?
-- reading: `usd_per_gb` is the price of the extract function's time for each GB of its memory, without free tier and without the transform; it is null while an attempt has no end.
-- chart: bar x=day y=api_calls color=schedule
-- finding: The latest run, of the schedule {schedule} on {day}, took {api_calls} calls and {seconds} seconds (attempts: {attempts}).
-- reads: runs; all days
-- 0.0000133334 USD for a GB-second on arm64 in us-east-1: https://aws.amazon.com/lambda/pricing/
with
attempts as (
    select
        *,
        to_unixtime(finished_at) - to_unixtime(started_at) as seconds
    from runs
)
select
    ingest_date as day,
    schedule,
    count(*) as attempts,
    cast(sum(api_calls) as bigint) as api_calls,
    max(playlists_walked) as walked,
    max(entries) as entries,
    -- Rounds a tie such as 22.65 up in every engine.
    round(cast(max(entries) * 10 as double) / nullif(sum(api_calls), 0)) / 10 as entries_per_call,
    cast(sum(throttled_seconds) as bigint) as throttled_seconds,
    round(
        case when count(seconds) = count(*) then sum(cast(seconds as double)) end, 1
    ) as seconds,
    round(
        case when count(seconds) = count(*) then sum(cast(seconds as double)) end * 0.0000133334, 6
    ) as usd_per_gb,
    run_id
from attempts
group by run_id, schedule, ingest_date
order by run_id desc
limit 100

-- title: Reconciled plays
-- question: What was played, each play once, whichever sources reported it?
-- column api_played_at: The time of the play in the API's page, UTC; null if the API did not report it.
-- column export_ended_at: The end of the play in an export, UTC; null if no export reported it.
-- column match_seconds: Seconds between the times of the two sources; null if one source reported it.
with
reports as (
    select
        *,
        row_number() over (
            partition by
                case when origin = 'api' then 'api' else concat(source, '/', cast(position as varchar)) end,
                played_at,
                track_id
            order by run_id, position
        ) as number
    from plays
)
select
    played_at,
    started_at,
    origin,
    case when origin = 'api' then played_at end as api_played_at,
    case when origin <> 'api' then played_at end as export_ended_at,
    cast(null as double) as match_seconds,
    item_type,
    track_id,
    uri,
    item_name,
    artist_name,
    collection_name,
    context_type,
    context_uri,
    ms_played,
    reason_start,
    reason_end,
    shuffle,
    skipped,
    offline,
    platform,
    country
from reports
where number = 1

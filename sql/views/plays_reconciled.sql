-- title: Reconciled plays
-- question: What was played, each play once, whichever sources reported it?
-- column played_at: When it ended, UTC: as the export says, else the API, which usually gives the end.
-- column origin: api, extended or account-data; api+ either export if both reported it.
-- column api_played_at: The time that the API gave, UTC; null if it did not report the play.
-- column export_ended_at: The end that the export gave, UTC; null if none has the play.
-- column match_seconds: Seconds between the times of the two reports; null for a single one.
-- A report of the API and one of an export are of the same play if their tracks have the same id, or
-- the same name and artist, and their times fit. Each report is matched at most once: in each of
-- three rounds, those that are nearest to each other. Two reports of the API are one if time and
-- track are the same. Times are in seconds since 1970; `tolerance` is the precision of an end.
with
reports as (
    select
        *,
        to_unixtime(played_at) as ended,
        to_unixtime(started_at) as started,
        coalesce(ms_played, 0) / 1000e0 as seconds_played,
        case when origin = 'account-data' then 60 else 0 end as tolerance,
        coalesce(reason_end, '') in (
            'logout', 'unexpected-exit', 'unexpected-exit-while-paused'
        ) as is_at_exit,
        lower(concat(item_name, '/', coalesce(artist_name, ''))) as name_key
    from plays
),
-- Repetitions within a run are plays of their own: a run imports each export once.
copies as (
    select
        *,
        coalesce(uri, name_key, '') as item,
        row_number() over (
            partition by run_id, origin, ended, coalesce(uri, name_key, ''), ms_played
            order by source, position, extracted_at
        ) as copy_number,
        min(case when origin = 'extended' then ended end) over () as extended_from,
        max(case when origin = 'extended' then ended end) over () as extended_to
    from reports
),
-- The same copy in several runs is one report, and the extended history replaces account data.
numbered as (
    select
        *,
        row_number() over (
            partition by origin, ended, item, ms_played, copy_number
            order by run_id desc, source, position
        ) as number
    from copies
    where
        (origin <> 'api' or copy_number = 1)
        and (
            origin <> 'account-data'
            or extended_from is null
            or ended <= extended_from - 60
            or ended > extended_to
        )
),
-- What ended with the session is reported later: `ended` is not when it fell silent. Without its
-- start a play may have begun, and paused, since the end of the one before it: up to an hour.
plays_once as (
    select
        *,
        concat(
            origin, '|', cast(ended as varchar), '|', item, '|',
            coalesce(cast(ms_played as varchar), ''), '|', cast(copy_number as varchar)
        ) as report,
        ended - seconds_played as latest_start,
        case
            when started is not null then started
            else least(
                ended - seconds_played,
                greatest(
                    ended - seconds_played - 3600,
                    coalesce(
                        lag(ended) over (partition by origin order by ended, source, position), 0
                    )
                )
            )
        end as earliest_start,
        case
            when started is not null and is_at_exit then least(started + seconds_played, ended)
            else ended
        end as silent_from
    from numbered
    where number = 1
),
api_reports as (
    select
        plays_once.*,
        keys.item_key,
        cast(floor(ended / 86400) as bigint) as day_number
    from plays_once
    cross join unnest(array[track_id, name_key, 'unknown']) as keys (item_key)
    where origin = 'api'
),
-- On each day on which the API may have reported it, at most a month.
export_reports as (
    select
        plays_once.*,
        keys.item_key,
        days.day_number
    from plays_once
    cross join unnest(
        array[track_id, name_key, case when item = '' then 'unknown' end]
    ) as keys (item_key)
    cross join unnest(
        sequence(
            cast(floor(
                (greatest(least(latest_start, earliest_start), ended - 2592000) - 60) / 86400
            ) as bigint),
            cast(floor((ended + 120) / 86400) as bigint)
        )
    ) as days (day_number)
    where origin <> 'api'
),
distances as (
    select
        api.report as api_report,
        api.played_at as api_played_at,
        api.item_type,
        api.track_id,
        api.uri,
        api.item_name,
        api.artist_name,
        api.collection_name,
        api.context_type,
        api.context_uri,
        api.ended as api_time,
        exported.report as export_report,
        exported.position,
        exported.item = '' as is_unknown,
        coalesce(exported.ms_played, 30000) < 30000 as is_short,
        api.ended between exported.earliest_start and exported.ended as is_within,
        least(
            greatest(exported.ended - api.ended, api.ended - exported.ended - exported.tolerance),
            abs(exported.silent_from - api.ended)
        ) as from_end,
        least(
            greatest(
                exported.latest_start - api.ended,
                api.ended - exported.latest_start - exported.tolerance
            ),
            greatest(
                exported.earliest_start - api.ended,
                api.ended - exported.earliest_start - exported.tolerance
            )
        ) as from_start
    from api_reports as api
    inner join export_reports as exported
        on api.item_key = exported.item_key
        and api.day_number = exported.day_number
),
-- The API usually gives the end, and lists few plays of less than 30 seconds: at equal distances the
-- end is preferred to the start, and the longer play.
pairs as (
    select distinct
        *,
        greatest(least(from_end, from_start), 0) as match_seconds,
        least(greatest(from_end, 0), greatest(from_start, 0) + 2)
            + case when is_unknown then 60 when is_short then 5 else 0 end as distance
    from distances
    where
        least(from_end, from_start) <= case when is_unknown then 5 else 60 end
        or (is_within and not is_unknown)
),
-- 1 for two reports that are nearest to each other; then what no match has taken competes again.
first_ranks as (
    select
        *,
        greatest(
            row_number() over (partition by api_report order by distance, position, export_report),
            row_number() over (partition by export_report order by distance, api_time, api_report)
        ) as first_rank
    from pairs
),
first_left as (
    select *
    from (
        select
            *,
            min(first_rank) over (partition by api_report) as first_of_api,
            min(first_rank) over (partition by export_report) as first_of_export
        from first_ranks
    ) as ranked
    where
        first_rank = 1
        or (first_of_api > 1 and first_of_export > 1)
),
second_ranks as (
    select
        *,
        greatest(
            row_number() over (partition by api_report order by distance, position, export_report),
            row_number() over (partition by export_report order by distance, api_time, api_report)
        ) as second_rank
    from first_left
),
second_left as (
    select *
    from (
        select
            *,
            min(second_rank) over (partition by api_report) as second_of_api,
            min(second_rank) over (partition by export_report) as second_of_export
        from second_ranks
    ) as ranked
    where
        second_rank = 1
        or (second_of_api > 1 and second_of_export > 1)
),
third_ranks as (
    select
        *,
        greatest(
            row_number() over (partition by api_report order by distance, position, export_report),
            row_number() over (partition by export_report order by distance, api_time, api_report)
        ) as third_rank
    from second_left
),
-- Each match twice: for the row of the export, and for that of the API, which goes.
matches as (
    select
        third_ranks.*,
        case when sides.side = 'api' then api_report else export_report end as report
    from third_ranks
    cross join (values ('api'), ('export')) as sides (side)
    where third_rank = 1
)
select
    plays_once.played_at,
    plays_once.started_at,
    case when matches.report is null then plays_once.origin
        else concat('api+', plays_once.origin) end as origin,
    case when plays_once.origin = 'api' then plays_once.played_at
        else matches.api_played_at end as api_played_at,
    case when plays_once.origin <> 'api' then plays_once.played_at end as export_ended_at,
    cast(matches.match_seconds as double) as match_seconds,
    coalesce(matches.item_type, plays_once.item_type) as item_type,
    coalesce(matches.track_id, plays_once.track_id) as track_id,
    coalesce(matches.uri, plays_once.uri) as uri,
    coalesce(matches.item_name, plays_once.item_name) as item_name,
    coalesce(matches.artist_name, plays_once.artist_name) as artist_name,
    coalesce(matches.collection_name, plays_once.collection_name) as collection_name,
    coalesce(matches.context_type, plays_once.context_type) as context_type,
    coalesce(matches.context_uri, plays_once.context_uri) as context_uri,
    plays_once.ms_played,
    plays_once.reason_start,
    plays_once.reason_end,
    plays_once.shuffle,
    plays_once.skipped,
    plays_once.offline,
    plays_once.platform,
    plays_once.country
from plays_once
left join matches
    on plays_once.report = matches.report
where
    plays_once.origin <> 'api'
    or matches.report is null

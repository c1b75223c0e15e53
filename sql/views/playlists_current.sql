-- title: Current playlists
-- question: Which playlists did the last complete run of each schedule see, and how are they now?
-- Names and owner come from the last observation that had them, the contents from the last one
-- that could be read: a playlist that is forbidden or missing today keeps what was known of it.
with
complete_runs as (
    select
        run_id,
        row_number() over (partition by schedule order by run_id desc) as recency
    from runs_latest
    where status = 'complete'
),
current_ids as (
    select distinct playlists.playlist_id
    from playlists
    inner join complete_runs
        on playlists.run_id = complete_runs.run_id
    where complete_runs.recency = 1
),
observations as (
    select
        *,
        row_number() over (
            partition by playlist_id
            order by ingest_date desc, run_id desc, extracted_at desc
        ) as recency,
        row_number() over (
            partition by playlist_id, name is null
            order by ingest_date desc, run_id desc, extracted_at desc
        ) as named_recency,
        row_number() over (
            partition by playlist_id, status in ('walked', 'unchanged')
            order by ingest_date desc, run_id desc, extracted_at desc
        ) as readable_recency
    from playlists
)
select
    latest.playlist_id,
    named.name,
    named.description,
    named.owner_id,
    named.owner_name,
    named.is_public,
    named.is_collaborative,
    named.followers,
    readable.snapshot_id,
    readable.total_entries,
    readable.ingest_date as read_on,
    latest.status,
    latest.reason,
    latest.run_id,
    latest.extracted_at,
    latest.ingest_date
from current_ids
inner join observations as latest
    on current_ids.playlist_id = latest.playlist_id
    and latest.recency = 1
left join observations as named
    on current_ids.playlist_id = named.playlist_id
    and named.named_recency = 1
    and named.name is not null
left join observations as readable
    on current_ids.playlist_id = readable.playlist_id
    and readable.readable_recency = 1
    and readable.status in ('walked', 'unchanged')

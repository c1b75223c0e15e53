-- title: Current playlists
-- question: Which playlists did the last complete run of each schedule see, and how are they now?
-- column read_on: The last day on which the playlist could be read, as YYYY-MM-DD.
-- column status: What came of the last observation.
-- column snapshot_id: Version of the contents, as last read.
-- Names and owner come from the last observation that had them, the contents from the last one
-- that could be read: a playlist that is forbidden or missing today keeps what was known of it.
with
last_runs as (
    select max(run_id) as run_id
    from runs_latest_recent
    where status = 'complete'
    group by schedule
),
observations as (
    select
        observed.*,
        last_runs.run_id is not null as is_in_last_run,
        row_number() over (
            partition by observed.playlist_id
            order by observed.ingest_date desc, observed.run_id desc, observed.extracted_at desc
        ) as recency,
        row_number() over (
            partition by observed.playlist_id, observed.name is null
            order by observed.ingest_date desc, observed.run_id desc, observed.extracted_at desc
        ) as named_recency,
        row_number() over (
            partition by observed.playlist_id, observed.status in ('walked', 'unchanged')
            order by observed.ingest_date desc, observed.run_id desc, observed.extracted_at desc
        ) as readable_recency
    from playlist_observations_recent as observed
    left join last_runs
        on observed.run_id = last_runs.run_id
),
marked as (
    select
        *,
        recency = 1 as is_latest,
        named_recency = 1 and name is not null as is_named,
        readable_recency = 1 and status in ('walked', 'unchanged') as is_readable
    from observations
)
select
    playlist_id,
    max(name) filter (where is_named) as name,
    max(description) filter (where is_named) as description,
    max(owner_id) filter (where is_named) as owner_id,
    max(owner_name) filter (where is_named) as owner_name,
    bool_or(is_public) filter (where is_named) as is_public,
    bool_or(is_collaborative) filter (where is_named) as is_collaborative,
    max(followers) filter (where is_named) as followers,
    max(snapshot_id) filter (where is_readable) as snapshot_id,
    max(total_entries) filter (where is_readable) as total_entries,
    max(ingest_date) filter (where is_readable) as read_on,
    max(walk_run_id) filter (where is_readable) as walk_run_id,
    max(walked_on) filter (where is_readable) as walked_on,
    max(status) filter (where is_latest) as status,
    max(reason) filter (where is_latest) as reason,
    max(run_id) filter (where is_latest) as run_id,
    max(extracted_at) filter (where is_latest) as extracted_at,
    max(ingest_date) filter (where is_latest) as ingest_date
from marked
group by playlist_id
having bool_or(is_in_last_run)

-- title: Coverage and freshness
-- question: Of which days are there runs, how many playlists and entries do we know, and how fresh is that?
-- reading: Runs count by their last attempt, and current playlists by what came of their last reading; one that cannot be read keeps the entries that were known of it.
-- chart: none
-- finding: There are runs on {days} days from {first_day} to {last_day}, and {entries} entries in {playlists} current playlists.
-- reads: playlists_current, runs_latest; all days of the runs
with
run_days as (
    select
        count(distinct ingest_date) as days,
        min(ingest_date) as first_day,
        max(ingest_date) as last_day,
        count(*) as runs,
        count_if(status = 'complete') as complete_runs,
        max(case when status = 'complete' then finished_at end) as last_complete_at
    from runs_latest
),
current_playlists as (
    select
        count(*) as playlists,
        count_if(status = 'walked') as walked,
        count_if(status = 'unchanged') as unchanged,
        count_if(status = 'forbidden') as forbidden,
        count_if(status = 'missing') as missing,
        count_if(status not in ('walked', 'unchanged', 'forbidden', 'missing')) as otherwise_unread,
        cast(coalesce(sum(total_entries), 0) as bigint) as entries,
        min(read_on) as read_on_at_the_earliest
    from playlists_current
)
select
    run_days.days,
    run_days.first_day,
    run_days.last_day,
    run_days.runs,
    run_days.complete_runs,
    run_days.last_complete_at,
    current_playlists.playlists,
    current_playlists.walked,
    current_playlists.unchanged,
    current_playlists.forbidden,
    current_playlists.missing,
    current_playlists.otherwise_unread,
    current_playlists.entries,
    current_playlists.read_on_at_the_earliest
from run_days
cross join current_playlists
where run_days.days > 0
order by run_days.last_day

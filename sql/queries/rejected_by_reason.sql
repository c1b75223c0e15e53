-- title: Rejected entries
-- question: What was received and could not become a row, why, and since when?
-- reading: Each row is one reason with its number of rejections; `first_raw_key` leads to the raw text of the first.
-- chart: bar x=times y=rule color=table_name
-- finding: No reason for a rejection is more frequent than this one of the rule {rule}: {reason} (times: {times}).
-- reads: rejected; all days
select
    table_name,
    rule,
    reason,
    count(*) as times,
    count(distinct run_id) as runs,
    min(ingest_date) as first_day,
    max(ingest_date) as last_day,
    min(raw_key) as first_raw_key
from rejected
group by table_name, rule, reason
order by
    times desc,
    table_name asc nulls last,
    rule asc,
    reason asc

-- title: Gaps in the plays
-- question: In which times were plays lost, and which of these times has an export filled since?
-- reading: A gap is `filled` if an export reports a play within it, else `open`; `exported_plays` counts those plays, of episodes and chapters too, and `estimated_plays` is what the rate of plays after the gap suggests.
-- chart: bar x=estimated_plays y=gap_from color=state
-- finding: The latest gap, from {gap_from} to {gap_to} UTC, is {state} (estimated plays: {estimated_plays}, exported: {exported_plays}).
-- reads: play_gaps, plays_reconciled; all days
with
gaps as (
    select
        gap_from,
        gap_to,
        max(estimated_plays) as estimated_plays
    from play_gaps
    group by gap_from, gap_to
),
exported as (
    select export_ended_at
    from plays_reconciled
    where export_ended_at is not null
)
select
    date_format(gaps.gap_from at time zone 'UTC', '%Y-%m-%d %H:%i:%s') as gap_from,
    date_format(gaps.gap_to at time zone 'UTC', '%Y-%m-%d %H:%i:%s') as gap_to,
    case when count(exported.export_ended_at) > 0 then 'filled' else 'open' end as state,
    gaps.estimated_plays,
    count(exported.export_ended_at) as exported_plays
from gaps
left join exported
    on exported.export_ended_at > gaps.gap_from
    and exported.export_ended_at < gaps.gap_to
group by gaps.gap_from, gaps.gap_to, gaps.estimated_plays
order by
    gaps.gap_from desc,
    gaps.gap_to desc

-- title: New arrivals
-- question: Which entries arrived in the most current playlists within the last seven days?
-- reading: The seven days end with the last one that was extracted; what came and went within them is left out, and so are entries that Spotify no longer describes.
-- chart: bar x=playlists y=entry
-- finding: No entry arrived in more playlists within the seven days than {entry} (playlists: {playlists}).
-- reads: entry_descriptions_recent, playlist_changes_recent, playlists_current; recent days
with
current_playlists as (
    select
        playlist_id,
        date_add('day', -7, cast(max(ingest_date) over () as date)) as until
    from playlists_current
),
net as (
    select
        changes.playlist_id,
        changes.uri,
        max(changes.ingest_date) as day,
        sum(case when changes.change = 'added' then changes.copies else -changes.copies end) as gained
    from playlist_changes_recent as changes
    inner join current_playlists
        on changes.playlist_id = current_playlists.playlist_id
    where
        changes.uri is not null
        and cast(changes.ingest_date as date) > current_playlists.until
    group by changes.playlist_id, changes.uri
)
select
    max(entry_descriptions.name) as entry,
    count(*) as playlists,
    cast(sum(abs(net.gained)) as bigint) as copies,
    min(net.day) as first_day,
    max(net.day) as last_day,
    max(entry_descriptions.item_type) as item_type,
    net.uri
from net
left join entry_descriptions_recent as entry_descriptions
    on net.uri = entry_descriptions.uri
where net.gained > 0
group by net.uri
order by
    playlists desc,
    copies desc,
    last_day desc,
    net.uri asc
limit 100

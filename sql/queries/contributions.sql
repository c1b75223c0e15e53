-- title: Contributions by user
-- question: Who added how many of the entries of each collaborative playlist?
-- reading: A playlist counts as collaborative if its owner marked it so or several users added entries; the row without a user is of entries for which Spotify names none.
-- chart: bar x=entries y=playlist color=added_by
-- finding: No user has added more entries to a collaborative playlist than {added_by} to {playlist} (entries: {entries}, {share_of_entries} of 1).
-- reads: playlist_items_current, playlists_current; days of current playlists
with
added as (
    select
        playlist_id,
        added_by,
        count(*) as entries,
        sum(count(*)) over (partition by playlist_id) as all_entries,
        count(added_by) as known,
        min(added_at) as first_added_at,
        max(added_at) as last_added_at
    from playlist_items_current
    group by playlist_id, added_by
),
counted as (
    select
        *,
        count(added_by) over (partition by playlist_id) as users
    from added
)
select
    playlists_current.name as playlist,
    counted.added_by,
    counted.entries,
    round(cast(counted.entries as double) / counted.all_entries, 4) as share_of_entries,
    counted.users,
    playlists_current.is_collaborative,
    counted.first_added_at,
    counted.last_added_at,
    counted.playlist_id
from counted
inner join playlists_current
    on counted.playlist_id = playlists_current.playlist_id
where
    playlists_current.is_collaborative
    or counted.users > 1
order by
    counted.added_by is null asc,
    counted.entries desc,
    playlists_current.name asc nulls last,
    counted.playlist_id asc,
    counted.added_by asc

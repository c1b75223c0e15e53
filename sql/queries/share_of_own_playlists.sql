-- title: Share of own playlists
-- question: How much of the listening comes from current playlists, by month?
-- reading: Own playlists are the current ones, whoever owns them; `share_from_playlists` is of the plays that the API reports with what they were played from, which it leaves out for some plays, as of Liked Songs, and `share_in_playlists` is of all plays, of episodes and chapters too, wherever they were played from, whose uri is in a current playlist: those of account data have none.
-- chart: line x=month y=share_in_playlists
-- finding: In {month}, {in_playlists} of {plays} plays were of entries of current playlists.
-- reads: playlist_items_current, plays_reconciled; all days of plays, days of current playlists
-- Each play and each entry has several keys, so that the statement reads either only once.
with
owned as (
    select distinct keys.owned_key
    from playlist_items_current as items
    cross join
        unnest(array['playlist ' || items.playlist_id, 'uri ' || items.uri])
            as keys (owned_key)
    where keys.owned_key is not null
),
numbered as (
    select
        date_format(played_at at time zone 'UTC', '%Y-%m') as month,
        row_number() over (order by played_at, uri, track_id, item_name) as number,
        context_uri is not null as has_context,
        'playlist ' || case
            when context_uri like '%:collection' then 'liked'
            else regexp_extract(context_uri, 'playlist:([0-9A-Za-z]+)$', 1)
        end as playlist_key,
        'uri ' || coalesce('spotify:track:' || track_id, uri) as uri_key
    from plays_reconciled
),
marked as (
    select
        numbered.month,
        numbered.number,
        bool_or(numbered.has_context) as has_context,
        count(case when keys.play_key = numbered.playlist_key then owned.owned_key end) > 0
            as is_from_playlist,
        count(case when keys.play_key = numbered.uri_key then owned.owned_key end) > 0
            as is_in_playlist
    from numbered
    cross join
        unnest(array[numbered.playlist_key, numbered.uri_key]) as keys (play_key)
    left join owned
        on keys.play_key = owned.owned_key
    group by numbered.month, numbered.number
)
select
    month,
    count(*) as plays,
    count_if(has_context) as with_context,
    count_if(is_from_playlist) as from_playlists,
    round(
        cast(count_if(is_from_playlist) as double) / nullif(count_if(has_context), 0), 4
    ) as share_from_playlists,
    count_if(is_in_playlist) as in_playlists,
    round(cast(count_if(is_in_playlist) as double) / count(*), 4) as share_in_playlists
from marked
group by month
order by
    month desc

-- title: Played but in no playlist
-- question: Which tracks were played often but are in no current playlist?
-- reading: Liked Songs are a playlist here; ids with the same ISRC are one recording, plays that lasted less than 30 seconds do not count, and tracks that no source gives an id are left out.
-- chart: bar x=plays y=track
-- finding: No track outside the current playlists was played more often than {track} by {artist} (plays: {plays}).
-- reads: playlist_items_current, track_plays, tracks_latest; all days of plays, days of current playlists
-- Plays and entries are one relation, so that the statement describes the tracks of both at once.
with
mentions as (
    select
        track_id,
        item_name,
        artist_name,
        played_at
    from track_plays
    where
        is_counted
        and track_id is not null
    union all
    select
        item_id as track_id,
        cast(null as varchar) as item_name,
        cast(null as varchar) as artist_name,
        cast(null as timestamp) as played_at
    from playlist_items_current
    where
        item_type = 'track'
        and item_id is not null
),
recordings as (
    select
        coalesce(max(tracks_latest.isrc), mentions.track_id) as recording,
        mentions.track_id,
        coalesce(max(nullif(tracks_latest.name, '')), max(mentions.item_name)) as track,
        max(mentions.artist_name) as artist,
        count(mentions.played_at) as plays,
        count_if(mentions.played_at is null) as entries,
        max(mentions.played_at) as last_played_at
    from mentions
    left join tracks_latest
        on mentions.track_id = tracks_latest.track_id
    group by mentions.track_id
),
ranked as (
    select
        *,
        row_number() over (partition by recording order by plays desc, track_id) as place
    from recordings
)
select
    max(track) filter (where place = 1) as track,
    max(artist) filter (where place = 1) as artist,
    cast(sum(plays) as bigint) as plays,
    date_format(max(last_played_at) at time zone 'UTC', '%Y-%m-%d') as last_played_on,
    max(track_id) filter (where place = 1) as track_id
from ranked
group by recording
having sum(entries) = 0
order by
    plays desc,
    last_played_on desc,
    track_id asc
limit 100

-- title: Genre mix
-- question: Which genres are the tracks in current playlists of?
-- reading: The genres are those of a track's artists, so a track may have several and the shares exceed 1 in total; the row without a genre is of tracks with an artist whose genres are not known, or who has none.
-- chart: bar x=share_of_entries y=genre
-- finding: No genre has more entries than {genre} (entries: {entries}, {share_of_entries} of 1).
-- reads: artists_latest_recent, playlist_items_current, track_artists_latest_recent; days of current playlists and of what is known of their tracks and artists
with
entries as (
    select
        playlist_id,
        position,
        item_id,
        count(*) over () as all_entries
    from playlist_items_current
    where item_type = 'track'
),
genres as (
    select distinct
        entries.playlist_id,
        entries.position,
        entries.item_id,
        entries.all_entries,
        credits.artist_id,
        names.genre
    from entries
    left join track_artists_latest_recent as credits
        on entries.item_id = credits.track_id
    left join artists_latest_recent as artists_latest
        on credits.artist_id = artists_latest.artist_id
    cross join
        unnest(
            case
                when cardinality(artists_latest.genres) > 0 then artists_latest.genres
                else array[cast(null as varchar)]
            end
        ) as names (genre)
),
counted as (
    select
        genre,
        playlist_id,
        position,
        item_id,
        all_entries,
        count(*) as artists
    from genres
    group by genre, playlist_id, position, item_id, all_entries
)
select
    genre,
    count(*) as entries,
    round(cast(count(*) as double) / max(all_entries), 4) as share_of_entries,
    count(distinct item_id) as tracks,
    count(distinct playlist_id) as playlists
from counted
group by genre
order by
    genre is null asc,
    entries desc,
    genre asc
limit 100

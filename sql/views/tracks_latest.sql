-- title: Latest tracks
-- question: What is known of each track: each column's last value that is not null?
select
    track_id,
    max_by(name, extracted_at) filter (where name is not null) as name,
    max_by(album_id, extracted_at) filter (where album_id is not null) as album_id,
    max_by(duration_ms, extracted_at) filter (where duration_ms is not null) as duration_ms,
    max_by(is_explicit, extracted_at) filter (where is_explicit is not null) as is_explicit,
    max_by(isrc, extracted_at) filter (where isrc is not null) as isrc,
    max_by(popularity, extracted_at) filter (where popularity is not null) as popularity,
    max_by(disc_number, extracted_at) filter (where disc_number is not null) as disc_number,
    max_by(track_number, extracted_at) filter (where track_number is not null) as track_number,
    max_by(is_playable, extracted_at) filter (where is_playable is not null) as is_playable,
    max(extracted_at) as extracted_at,
    max(ingest_date) as ingest_date
from tracks
group by track_id

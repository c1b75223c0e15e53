-- title: Latest albums
-- question: What is known of each album: each column's last value that is not null?
select
    album_id,
    max_by(name, extracted_at) filter (where name is not null) as name,
    max_by(album_type, extracted_at) filter (where album_type is not null) as album_type,
    max_by(release_date, extracted_at) filter (where release_date is not null) as release_date,
    max_by(release_precision, extracted_at)
        filter (where release_precision is not null) as release_precision,
    max_by(total_tracks, extracted_at) filter (where total_tracks is not null) as total_tracks,
    max_by(label, extracted_at) filter (where label is not null) as label,
    max_by(popularity, extracted_at) filter (where popularity is not null) as popularity,
    max_by(upc, extracted_at) filter (where upc is not null) as upc,
    max(extracted_at) as extracted_at,
    max(ingest_date) as ingest_date
from albums
group by album_id

-- title: Latest artists
-- question: What is known of each artist: each column's last value that is not null?
select
    artist_id,
    max_by(name, extracted_at) filter (where name is not null) as name,
    max_by(followers, extracted_at) filter (where followers is not null) as followers,
    max_by(popularity, extracted_at) filter (where popularity is not null) as popularity,
    max_by(genres, extracted_at) filter (where genres is not null) as genres,
    max(extracted_at) as extracted_at,
    max(ingest_date) as ingest_date
from artists
group by artist_id

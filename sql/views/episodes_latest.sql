-- title: Latest episodes
-- question: What is known of each podcast episode: each column's last value that is not null?
select
    episode_id,
    max_by(name, extracted_at) filter (where name is not null) as name,
    max_by(show_id, extracted_at) filter (where show_id is not null) as show_id,
    max_by(show_name, extracted_at) filter (where show_name is not null) as show_name,
    max_by(duration_ms, extracted_at) filter (where duration_ms is not null) as duration_ms,
    max_by(is_explicit, extracted_at) filter (where is_explicit is not null) as is_explicit,
    max_by(release_date, extracted_at) filter (where release_date is not null) as release_date,
    max_by(release_precision, extracted_at)
        filter (where release_precision is not null) as release_precision,
    max_by(languages, extracted_at) filter (where languages is not null) as languages,
    max(extracted_at) as extracted_at,
    max(ingest_date) as ingest_date
from episodes
group by episode_id

-- title: Plays of the API
-- question: What did the API list as played, each play once however often it was received?
-- A page overlaps the one before: a play is its time and its track, or its URI where that has no id.
select
    played_at,
    item_type,
    track_id,
    uri,
    item_name,
    artist_name,
    collection_name,
    context_type,
    context_uri,
    run_id,
    extracted_at,
    ingest_date
from (
    select
        *,
        row_number() over (
            partition by played_at, coalesce(track_id, uri, item_name)
            order by extracted_at, run_id, position
        ) as reception
    from plays
    where origin = 'api'
) as received
where reception = 1

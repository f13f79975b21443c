-- Fails for each stable area and piece of territory that lies in it in one structure compared but not in all.
with pieces as (
    select distinct
        members.stable_area_key,
        members.structure_key,
        pieces.piece_key
    from {{ ref('bridge_stable_area_region') }} as members
    inner join {{ ref('region_piece_member') }} as pieces on members.region_key = pieces.region_key
),

structure_counts as (
    select
        stable_area_key,
        count(distinct structure_key) as structure_count
    from pieces
    group by stable_area_key
)

select
    pieces.stable_area_key,
    pieces.piece_key,
    count(*) as structure_count
from pieces
inner join structure_counts on pieces.stable_area_key = structure_counts.stable_area_key
group by pieces.stable_area_key, pieces.piece_key
having count(*) <> max(structure_counts.structure_count)

-- Fails for each structure and piece of territory that lies in no region of the structure, or in several.
with pieces as (
    select
        structures.structure_key,
        pieces.piece_key
    from {{ ref('dim_county_structure') }} as structures
    cross join {{ ref('region_piece') }} as pieces
),

covered as (
    select
        members.structure_key,
        pieces.piece_key,
        count(*) as region_count
    from {{ ref('bridge_county_structure_region') }} as members
    inner join {{ ref('region_piece_member') }} as pieces on members.region_key = pieces.region_key
    group by members.structure_key, pieces.piece_key
)

select
    pieces.structure_key,
    pieces.piece_key,
    coalesce(covered.region_count, 0) as region_count
from pieces
left join covered on pieces.structure_key = covered.structure_key and pieces.piece_key = covered.piece_key
where coalesce(covered.region_count, 0) <> 1

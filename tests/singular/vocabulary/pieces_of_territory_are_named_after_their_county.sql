-- Fails for each piece of territory whose key does not begin with the code of the county that it was part of
-- in 2017, whose county has another name, or whose name does not say which municipalities it is.
select
    pieces.piece_key,
    pieces.name,
    regions.name as county
from {{ ref('region_piece') }} as pieces
left join {{ ref('region_piece_member') }} as members
    on pieces.piece_key = members.piece_key and members.region_key = substr(pieces.piece_key, 1, 2)
left join {{ ref('region') }} as regions on members.region_key = regions.region_key
where
    not coalesce(
        (
            pieces.municipalities is null
            and (
                (pieces.piece_key like '%_all' and pieces.name = regions.name)
                or (pieces.piece_key like '%_core' and pieces.name like regions.name || ' uten %')
            )
        )
        or pieces.name = replace(pieces.municipalities, '; ', ' og '),
        false
    )

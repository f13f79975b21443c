-- Fails for each status and node of the hierarchy of measures that the glossary lacks, and for each entry
-- that is about none.
select
    members.dimension,
    members.member_key,
    entries.dimension as entry_dimension,
    entries.member_key as entry_member_key
from {{ ref('int_member') }} as members
full outer join {{ ref('glossary') }} as entries
    on members.dimension = entries.dimension and members.member_key = entries.member_key
where
    (members.dimension in ('hovedgruppe', 'tiltak') and entries.member_key is null)
    or members.member_key is null
